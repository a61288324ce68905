package org.signonflow.security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.signonflow.harness.Nginx;
import org.springframework.test.context.TestPropertySource;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Behind a real nginx, with TLS and a path prefix; the same server is also called directly, by a client that is not the proxy. */
@TestPropertySource(properties = {"server.servlet.context-path=/signonflow", "server.tomcat.remoteip.internal-proxies=127\\.0\\.0\\.1",
    "camunda.bpm.webapp.session-cookie.enable-secure-cookie=true", "camunda.bpm.webapp.csrf.enable-secure-cookie=true"})
class BehindProxyTest extends RunningApp {

    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"#]+)\"");
    private static final String PREFIX = "/signonflow";

    private Nginx nginx;

    @BeforeEach
    void start() throws Exception {
        nginx = Nginx.inFrontOf(port);
        Assumptions.assumeTrue(nginx != null, Nginx.MISSING);
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
    }

    private Wire from(String address) {
        return new Wire(nginx.port(), address, nginx.trust());
    }

    private static String login(Wire wire, String user, String password, String headers) {
        return wire.send("GET", PREFIX + "/engine-rest/version", Wire.basic(user, password) + headers);
    }

    @Test
    void aGuesserLocksOutNobodyElse() {
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(Wire.status(login(from("127.0.0.2"), "approver", "wrong", "X-Forwarded-For: 203.0.113." + i + "\r\n")));
        }
        int other = Wire.status(login(from("127.0.0.3"), "approver", "approver-sandbox", ""));
        System.out.println("Guesses through the proxy: " + answers + ", the real user from another address: " + other);
        assertThat(answers).as("whatever address the guesser claims to have").startsWith(401).contains(429);
        assertThat(other).isEqualTo(200);
    }

    @Test
    void forwardedHeadersOfOthersAreIgnored() {
        Wire past = new Wire(port, "127.0.0.4");
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(Wire.status(login(past, "operator", "wrong", "X-Forwarded-For: 203.0.113." + i + "\r\n")));
        }
        assertThat(answers).startsWith(401).contains(429);
        assertThat(past.send("GET", PREFIX + "/", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n" + Wire.basic("admin",
            "admin-sandbox"))).startsWith("HTTP/1.1 200").doesNotContain("Strict-Transport-Security", "evil.example");
    }

    @Test
    void aLargeListIsAcceptedUnderThePrefixToo() {
        String answer = new Wire(port, "127.0.0.1").send("POST", PREFIX + "/engine-rest/process-definition/key/roll-out-sign-on/start",
            Wire.basic("requester", "requester-sandbox"), "{\"variables\": {}, \"x\": \"" + "x".repeat(100_000) + "\"}");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("x: is not allowed here");
    }

    @Test
    void redirectsStayOnTheSite() {
        for (String path : List.of("", "/camunda", "/camunda/", "/camunda/app", "/camunda/app/tasklist", "/camunda/app/tasklist/")) {
            String answer = from("127.0.0.2").send("GET", PREFIX + path, "X-Forwarded-Host: evil.example\r\n");
            // nginx itself redirects to a location that ends with a slash.
            assertThat(answer).as(path).startsWith("HTTP/1.1 30").containsPattern("Location: (https://localhost:" + nginx.port() + ")?"
                + PREFIX + "/").doesNotContain("http:", "evil.example");
        }
    }

    @Test
    void linksAreRightUnderThePrefix() {
        new org.signonflow.rollout.RollOutFixture(context.getBean(org.signonflow.rollout.RollOuts.class), "Autumn", "admin", 1);
        Wire wire = from("127.0.0.2");
        String admin = Wire.basic("admin", "admin-sandbox");
        List<String> followed = new ArrayList<>();
        for (String page : List.of("/", "/roll-outs", "/roll-outs/x", "/swagger-ui/index.html")) {
            String html = wire.send("GET", PREFIX + page, admin);
            assertThat(html).as(page).startsWith("HTTP/1.1 200");
            Matcher link = LINK.matcher(html);
            while (link.find()) {
                if (!link.group(1).startsWith("data:")) {
                    String target = java.net.URI.create("https://localhost" + PREFIX + page).resolve(link.group(1)).getPath();
                    assertThat(target).as(link.group()).startsWith(PREFIX + "/");
                    assertThat(Wire.status(wire.send("GET", target, admin))).as("%s: %s", page, link.group()).isIn(200, 302);
                    followed.add(target);
                }
            }
        }
        System.out.println("Links under the prefix: " + followed);
        assertThat(followed).hasSizeGreaterThan(12);
        assertThat(wire.send("GET", PREFIX + "/openapi.json", admin)).contains("\"url\":\"/signonflow/engine-rest\"");
        String self = "https://localhost:" + nginx.port() + PREFIX + "/engine-rest/process-instance/";
        assertThat(wire.send("POST", PREFIX + "/engine-rest/process-definition/key/configure-mfa-sign-on/start", admin, """
            {"variables": {"applicationName": {"value": "x"}, "policyName": {"value": "y"}}}""")).startsWith("HTTP/1.1 200").contains(self);
    }

    /** Tasklist requests it from the host, with the path given by the engine. */
    @Test
    void theStartFormOfARollOutIsFoundUnderThePrefix() {
        Wire wire = from("127.0.0.2");
        String requester = Wire.basic("requester", "requester-sandbox");
        assertThat(wire.send("GET", PREFIX + "/engine-rest/process-definition/key/roll-out-sign-on/startForm", requester))
            .contains("\"key\":\"embedded:/signonflow/forms/roll-out-sign-on.html\"");
        assertThat(wire.send("GET", "/signonflow/forms/roll-out-sign-on.html", requester)).startsWith("HTTP/1.1 200").contains("showPlan");
    }

    /** HSTS for the web applications and our own pages alike, and cookies only for TLS and paths below the prefix. */
    @Test
    void isRestrictedToTls() {
        for (String path : List.of("/", "/roll-outs", "/engine-rest/version", "/camunda/app/tasklist/default/", "/actuator/health")) {
            String answer = from("127.0.0.2").send("GET", PREFIX + path, Wire.basic("admin", "admin-sandbox"));
            assertThat(answer).as(path).startsWith("HTTP/1.1 200").containsOnlyOnce("Strict-Transport-Security: max-age=31536000");
            Matcher cookie = Pattern.compile("Set-Cookie: (.*)\r").matcher(answer);
            while (cookie.find()) {
                assertThat(cookie.group(1)).contains("Secure", "Path=" + PREFIX);
            }
        }
        assertThat(from("127.0.0.2").send("GET", PREFIX + "/camunda/app/tasklist/default/", "")).contains("Set-Cookie: ");
    }

    /** The browser calls the site by the proxy's name. */
    @Test
    void requestsFromOurOwnPagesAreAllowed() {
        String path = PREFIX + "/engine-rest/process-definition/key/configure-mfa-sign-on/start";
        String requester = Wire.basic("requester", "requester-sandbox");
        String own = "Origin: https://localhost:" + nginx.port() + "\r\n";
        assertThat(Wire.status(from("127.0.0.2").send("POST", path, requester + own, "{}"))).as("allowed, input invalid").isEqualTo(400);
        for (String foreign : List.of("https://evil.example", "https://localhost", "http://localhost:" + nginx.port())) {
            assertThat(Wire.status(from("127.0.0.2").send("POST", path, requester + "X-Forwarded-Host: evil.example\r\nOrigin: " + foreign
                + "\r\n", "{}"))).as(foreign).isEqualTo(403);
        }
    }
}
