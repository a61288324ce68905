package org.signonflow.browser;

import org.awaitility.Awaitility;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.signonflow.change.ChangeState;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.util.TestSocketUtils;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Login through a real Keycloak, which is unpacked below target: one asks, another approves, and is out once removed. */
@EnabledIfSystemProperty(named = "keycloak.home", matches = ".+",
    disabledReason = "run mvn verify -Dkeycloak to fetch and start a Keycloak")
class KeycloakIT extends ChangesBrowserTest {

    private static final Duration START = Duration.ofMinutes(6);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Process keycloak;
    private static String base;

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) throws IOException {
        start();
        properties.add("spring.security.oauth2.client.registration.keycloak.client-id", () -> "signonflow-web");
        properties.add("spring.security.oauth2.client.registration.keycloak.client-secret", () -> "signonflow-web-secret");
        properties.add("spring.security.oauth2.client.registration.keycloak.client-name", () -> "Keycloak");
        properties.add("spring.security.oauth2.client.registration.keycloak.scope", () -> "openid,profile,email");
        properties.add("spring.security.oauth2.client.provider.keycloak.issuer-uri", () -> base + "/realms/signonflow");
        properties.add("signonflow.login.groups.sign-on-requesters", () -> "IAM requesters");
        properties.add("signonflow.login.groups.sign-on-approvers", () -> "IAM approvers");
        properties.add("signonflow.login.audience", () -> "signonflow-api");
    }

    private static void start() throws IOException {
        if (keycloak != null) {
            return;
        }
        Path home = Path.of(System.getProperty("keycloak.home")).toAbsolutePath();
        int port = TestSocketUtils.findAvailableTcpPort();
        base = "http://localhost:" + port;
        Path realm = Files.createDirectories(home.resolve("data/import")).resolve("realm.json");
        try (InputStream json = KeycloakIT.class.getResourceAsStream("realm.json")) {
            Files.copy(json, realm, StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder command = new ProcessBuilder("sh", home.resolve("bin/kc.sh").toString(), "start-dev", "--db=dev-mem",
            "--http-host=localhost", "--http-port=" + port, "--http-management-port=" + TestSocketUtils.findAvailableTcpPort(),
            "--import-realm");
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "root");
        command.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", "root");
        keycloak = command.redirectErrorStream(true).redirectOutput(home.resolveSibling("keycloak.log").toFile()).start();
        Awaitility.await().atMost(START).pollInterval(Duration.ofSeconds(1)).ignoreExceptions().until(() -> {
            assertThat(keycloak.isAlive()).as("see target/keycloak/keycloak.log").isTrue();
            return get("/realms/signonflow/.well-known/openid-configuration").statusCode() == 200;
        });
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (keycloak != null) {
            keycloak.descendants().forEach(ProcessHandle::destroy);
            keycloak.destroy();
            keycloak.waitFor(30, TimeUnit.SECONDS);
            keycloak = null;
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(base + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to a form, or to JSON if there is a token. */
    private static String send(String method, String url, String body, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method, body == null
                ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", token == null ? "application/x-www-form-urlencoded" : "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private static String token(String realm, String form) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(send("POST", base + "/realms/" + realm + "/protocol/openid-connect/token", form, null))
            .get("access_token").asString();
    }

    private void logIn(String name) {
        browser.click(By.id("provider"));
        browser.fill(browser.find(By.id("username")), name);
        browser.fill(browser.find(By.id("password")), name);
        browser.press(Keys.ENTER);
    }

    private String id(String lastName) {
        User user = identities.createUserQuery().userLastName(lastName).singleResult();
        return user.getId();
    }

    @Test
    void oneAsksAndAnotherApprovesAndIsOutOnceRemoved() throws Exception {
        browser.go(at("/changes/new"));
        browser.awaitText("Log in with Keycloak");
        logIn("ann");
        browser.awaitText("Ann Lee", "New change");
        String id = as(id("Lee"), "sign-on-requesters", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", "Shop", "policyName", "Shop_MFA")).getId());
        await(id, ChangeState.WAITING_FOR_APPROVAL);
        browser.go(at("/"));
        browser.clickText("Log out");
        browser.awaitText("Log in with Keycloak");

        String task = tasks.createTaskQuery().processInstanceId(id).singleResult().getId();
        browser.go(at("/camunda/app/tasklist/default/#/?task=" + task));
        browser.awaitText("Log in with Keycloak");
        logIn("bob");
        browser.awaitText("Bob Roe", "Shop_MFA");
        browser.click(By.xpath("//button[contains(., 'Claim')]"));
        browser.click(By.xpath("//label[normalize-space()='Approve']"));
        By complete = By.xpath("//button[normalize-space()='Complete']");
        browser.awaitEnabled(complete);
        browser.click(complete);
        await(id, ChangeState.COMPLETED);
        browser.go(at("/changes/" + id));
        browser.awaitText("Completed: in effect", "Ann Lee", "Bob Roe");
        assertThat(changes.find(id).orElseThrow().decidedBy()).isEqualTo(id("Roe"));

        String access = token("signonflow", "grant_type=password&client_id=signonflow-web&client_secret=signonflow-web-secret"
            + "&username=ann&password=ann&scope=openid");
        assertThat(send("GET", at("/api/changes"), null, access)).contains(id);

        String root = token("master", "grant_type=password&client_id=admin-cli&username=root&password=root");
        send("DELETE", base + "/admin/realms/signonflow/users/" + id("Roe"), null, root);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            browser.go(at("/changes/" + id));
            return browser.isThere(By.id("provider"));
        });
    }
}
