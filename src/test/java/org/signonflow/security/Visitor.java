package org.signonflow.security;

import org.signonflow.security.Caller.Answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Somebody with a browser of their own, which follows redirects when told to. */
final class Visitor {

    private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

    final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    /** The addresses it was redirected to. */
    final List<URI> trail = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).cookieHandler(cookies).build();
    private final URI app;

    Visitor(int port) {
        app = URI.create("http://127.0.0.1:" + port + "/");
    }

    URI at(String path) {
        return app.resolve(path);
    }

    Answer open(String path) {
        return send("GET", at(path), null, "Accept", HTML);
    }

    /** As a script of our pages does. */
    Answer call(String method, String path, String body) {
        String token = cookies.getCookieStore().getCookies().stream().filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
            .map(HttpCookie::getValue).reduce((first, last) -> last).orElse("none");
        return send(method, at(path), body, "Accept", "application/json", "Content-Type", "application/json",
            "Sec-Fetch-Site", "same-origin", "X-XSRF-TOKEN", token);
    }

    Answer send(String method, URI uri, String body, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).headers(headers)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(reply.statusCode(), reply.body(), reply.headers());
        } catch (IOException failed) {
            throw new UncheckedIOException(method + " " + uri, failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Follows redirects, to where there is a page. */
    Answer follow(URI start) {
        URI next = start;
        for (int i = 0; i < 12; i++) {
            Answer answer = send("GET", next, null, "Accept", HTML);
            if (answer.status() / 100 != 3) {
                return answer;
            }
            next = next.resolve(answer.header("Location"));
            trail.add(next);
        }
        throw new AssertionError("Redirected in circles: " + trail);
    }

    URI last() {
        return trail.get(trail.size() - 1);
    }

    /** Logs in at the provider, which asks for name and password unless it knows the visitor already. */
    Answer logIn(String name) {
        return logIn(name, "");
    }

    Answer logIn(String name, String query) {
        Answer asked = follow(at("/oauth2/authorization/test" + query));
        if (!last().getPath().equals("/login") || last().getHost().equals(app.getHost())) {
            return asked;
        }
        String token = asked.body().replaceAll("(?s).*name=\"_csrf\"[^>]*value=\"([^\"]*)\".*", "$1");
        Answer answer = send("POST", last().resolve("/login"), "username=%1$s&password=%1$s&_csrf=%2$s".formatted(encoded(name), token),
            "Content-Type", "application/x-www-form-urlencoded", "Accept", HTML);
        trail.add(last().resolve(answer.header("Location")));
        return follow(last());
    }

    String cookie(String name) {
        return cookies.getCookieStore().get(app).stream().filter(cookie -> cookie.getName().equals(name)).map(HttpCookie::getValue)
            .findFirst().orElse(null);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
