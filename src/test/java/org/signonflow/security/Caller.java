package org.signonflow.security;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** A caller: anonymous, a user with Basic authentication, or a user logged in to the web applications. */
final class Caller {

    static final String REST = "/engine-rest";
    static final String WEB = "/camunda/api/engine/engine/default";

    private static final JsonMapper JSON = JsonMapper.shared();
    /** One for all callers: each has its own connections, and one address may hold only so many of them. */
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;
    private final String authorization;
    private final CookieManager cookies = new CookieManager();

    record Answer(int status, String body, HttpHeaders headers) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    private Caller(int port, String authorization) {
        this.port = port;
        this.authorization = authorization;
    }

    static Caller nobody(int port) {
        return new Caller(port, null);
    }

    static Caller basic(int port, String user, String password) {
        return new Caller(port, "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    static Caller basic(int port, String user) {
        return basic(port, user, user + "-sandbox");
    }

    static Caller web(int port, String user) {
        Caller caller = nobody(port);
        Answer login = caller.login(user, user + "-sandbox");
        if (!login.isSuccess()) {
            throw new IllegalStateException("Login of " + user + ": " + login);
        }
        caller.call("GET", "/camunda/app/welcome/default/", null);
        return caller;
    }

    Answer login(String user, String password) {
        call("GET", "/camunda/app/welcome/default/", null);
        String application = user.equals("operator") ? "cockpit" : "tasklist";
        return send("POST", "/camunda/api/admin/auth/user/default/login/" + application, "username=" + encoded(user) + "&password="
            + encoded(password), "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");
    }

    /** Sends JSON, or no body if it is null. */
    Answer call(String method, String path, String body) {
        return body == null ? send(method, path, null) : send(method, path, body, "Content-Type", "application/json");
    }

    Answer send(String method, String path, String body, String... headers) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMinutes(2))
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            cookies.getCookieStore().getCookies().stream().filter(cookie -> cookie.getName().equals("XSRF-TOKEN")).map(HttpCookie::getValue)
                .reduce((first, last) -> last).ifPresent(token -> request.header("X-XSRF-TOKEN", token));
            cookies.get(uri, Map.of()).forEach((name, values) -> values.forEach(value -> request.header(name, value)));
            HttpResponse<String> reply = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            cookies.put(uri, reply.headers().map());
            return new Answer(reply.statusCode(), reply.body(), reply.headers());
        } catch (IOException failed) {
            throw new UncheckedIOException(method + " " + path, failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
