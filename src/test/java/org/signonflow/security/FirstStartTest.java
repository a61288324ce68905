package org.signonflow.security;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.IdentityServiceImpl;
import org.camunda.bpm.spring.boot.starter.webapp.filter.LazyInitRegistration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.Signonflow;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A start with one environment configured, so outside the sandbox profile. */
@ExtendWith(OutputCaptureExtension.class)
class FirstStartTest {

    /** Camunda keeps the last context in a static field: one that did not start would fail the next that does. */
    @AfterAll
    static void forgetWhatDidNotStart() {
        new LazyInitRegistration().setApplicationContext(null);
    }


    private static final String GOOD = "Correct-Horse-7";

    @TempDir
    Path directory;

    private ConfigurableApplicationContext start(String... settings) {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--signonflow.environments.x.region=EU",
            "--signonflow.environments.x.environment-id=11111111-2222-3333-4444-555555555555",
            "--signonflow.environments.x.client-id=11111111-2222-3333-4444-555555555555",
            "--camunda.bpm.job-execution.enabled=false"));
        all.addAll(Arrays.asList(settings));
        if (all.stream().noneMatch(setting -> setting.startsWith("--spring.datasource.url="))) {
            all.add("--spring.datasource.url=jdbc:h2:file:" + directory.resolve("db"));
        }
        return new SpringApplicationBuilder(Signonflow.class).run(all.toArray(String[]::new));
    }

    private void refuses(CapturedOutput output, String sentence, String... settings) {
        assertThatThrownBy(() -> start(settings)).hasStackTraceContaining(sentence);
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START", "Description:\n\n  | " + sentence)
            .doesNotContain("\tat org.signonflow").doesNotContain(GOOD);
        assertThat(directory).as("no database").isEmptyDirectory();
    }

    @Test
    void refusesWithoutAnAdministrator(CapturedOutput output) {
        refuses(output, "There is no administrator: set camunda.bpm.admin-user.id and camunda.bpm.admin-user.password.");
    }

    @Test
    void refusesWithoutHisPassword(CapturedOutput output) {
        refuses(output, "There is no administrator", "--camunda.bpm.admin-user.id=admin", "--camunda.bpm.admin-user.password=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "approver"})
    void refusesAPasswordOfTheSandbox(String user, CapturedOutput output) {
        refuses(output, "camunda.bpm.admin-user.password is a password of the sandbox, which everybody knows.",
            "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + user + "-sandbox");
    }

    @ParameterizedTest
    @CsvSource({"jdbc:h2:mem:x", "jdbc:h2:nioMemFS:x", "jdbc:h2:split:memLZF:x"})
    void refusesToForget(String database, CapturedOutput output) {
        refuses(output, "spring.datasource.url is an in-memory database, which forgets what was changed in PingOne at each stop.",
            "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD, "--spring.datasource.url=" + database);
    }

    @Test
    void refusesAFileThatAnotherProcessHas(CapturedOutput output) throws IOException {
        try (FileChannel another = FileChannel.open(directory.resolve("db.mv.db"), CREATE, WRITE); FileLock lock = another.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> start("--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD));
        }
        assertThat(output.getAll()).contains("Description:\n\n  | spring.datasource.url is an H2 file that another process has open: only "
            + "one can have it.").doesNotContain("\tat org.signonflow");
    }

    @ParameterizedTest
    @CsvSource({"api-url, http://api.pingone.eu", "auth-url, http://auth.pingone.eu", "api-url, HTTP://localhost.evil.example",
        "auth-url, http://127.0.0.1.evil.example", "api-url, http://10.0.0.1", "auth-url, ftp://localhost.example",
        "api-url, http://localhost@evil.example"})
    void refusesToSendASecretInPlainText(String setting, String url, CapturedOutput output) {
        refuses(output, "signonflow.environments.x." + setting + " is not an https URL: whoever is on the way could read the worker's "
            + "secret and change what is sent.", "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
            "--signonflow.environments.x." + setting + "=" + url);
    }

    /** Everything in one start, which takes its time: secrets from files, the password policy, cookies for TLS only. Then a second. */
    @Test
    void startsWithSecretsInFiles(CapturedOutput output) throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("signonflow.environments.x.client-secret"), "from-a-file\n");
        Files.writeString(secrets.resolve("camunda.bpm.admin-user.password"), GOOD);
        try (ConfigurableApplicationContext context = start("--spring.config.import=configtree:" + secrets + "/",
            "--signonflow.environments.x.api-url=http://[::1]:1", "--signonflow.environments.x.auth-url=http://LOCALHOST:1",
            "--camunda.bpm.admin-user.id=root")) {
            int port = Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
            assertThat(context.getEnvironment().getActiveProfiles()).isEmpty();
            assertThat(context.getEnvironment().getProperty("signonflow.environments.x.client-secret")).isEqualTo("from-a-file");
            Caller root = Caller.basic(port, "root", GOOD);
            assertThat(root.call("GET", "/environments", null).body()).isEqualTo("[\"x\"]");
            assertThat(Caller.basic(port, "admin").call("GET", "/environments", null).status()).isEqualTo(401);
            Caller.Answer weak = root.call("POST", "/engine-rest/user/create", """
                {"profile": {"id": "weak"}, "credentials": {"password": "weak"}}""");
            assertThat(weak.status()).as(weak.body()).isEqualTo(400);
            assertThat(weak.json().get("message").asText()).isEqualTo("password: must have at least 10 characters, among them upper and "
                + "lower case, a digit and a special character, and nothing of the user's name or address.");
            String credentials = "{\"password\": \"weak\", \"authenticatedUserPassword\": \"" + GOOD + "\"}";
            Caller.Answer weaker = root.call("PUT", "/engine-rest/user/root/credentials", credentials);
            assertThat(weaker.status()).as(weaker.body()).isEqualTo(400);
            assertThat(weaker.json().get("message").asText()).startsWith("password: must have at least 10 characters");
            assertThat(root.call("GET", "/engine-rest/user", null).json().findValuesAsText("id")).containsExactly("root");
            assertThat(root.call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start", """
                {"variables": {"approvalRequired": {"value": false}, "environment": {"value": "x"}, "applicationName": {"value": "x"},
                "policyName": {"value": "x"}}}""").body()).contains("approvalRequired: must be one of true.");
            assertThat(Caller.nobody(port).call("GET", "/camunda/app/tasklist/default/", null).headers().allValues("Set-Cookie"))
                .hasSizeGreaterThanOrEqualTo(2).allMatch(cookie -> cookie.contains("Secure") && cookie.contains("SameSite=Lax"));
            assertThat(Caller.nobody(port).call("GET", "/camunda/api/engine/engine/default/identity/password-policy", null).status())
                .isEqualTo(401);
            IdentityService identities = context.getBean(IdentityService.class);
            User left = identities.newUser("operator");
            left.setPassword("operator-sandbox");
            ((IdentityServiceImpl) identities).saveUser(left, true);
        }
        assertThatThrownBy(() -> start("--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
            "--signonflow.environments.x.client-secret=x")).isInstanceOf(Exception.class);
        assertThat(output.getAll()).contains("The database has the sandbox's user operator with the password that everybody knows.");
    }
}
