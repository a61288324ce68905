package org.signonflow.security;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.IdentityServiceImpl;
import org.camunda.bpm.spring.boot.starter.webapp.filter.LazyInitRegistration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.Signonflow;
import org.signonflow.TestDatabase;
import org.signonflow.harness.OneAppAtATime;
import org.signonflow.sandbox.Sandbox;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A start with one environment configured, hence outside the sandbox profile. */
@ExtendWith(OutputCaptureExtension.class)
class FirstStartTest {

    @BeforeAll
    static void aloneInItsJvm() {
        OneAppAtATime.end();
    }

    /** Camunda keeps the last context in a static field: one that did not start would fail the next that does. */
    @AfterEach
    void forgetFailedContext() {
        new LazyInitRegistration().setApplicationContext(null);
    }

    private static final String GOOD = "Correct-Horse-7";
    private static final String CLIENT = "spring.security.oauth2.client.";
    private static final String[] IDENTITY_PROVIDER = {"--spring.security.oauth2.client.registration.idp.client-id=web",
        "--spring.security.oauth2.client.registration.idp.client-secret=the-secret",
        "--spring.security.oauth2.client.registration.idp.scope=openid",
        "--spring.security.oauth2.client.provider.idp.issuer-uri=https://localhost:1"};

    @TempDir
    Path directory;

    /** @param settings as on the command line; they override those here */
    private ConfigurableApplicationContext start(String... settings) {
        Map<String, String> all = new LinkedHashMap<>();
        Stream.concat(Stream.of("--server.port=0", "--signonflow.environments.x.region=EU",
            "--signonflow.environments.x.environment-id=11111111-2222-3333-4444-555555555555",
            "--signonflow.environments.x.client-id=11111111-2222-3333-4444-555555555555",
            "--camunda.bpm.job-execution.enabled=false", "--spring.datasource.url=jdbc:h2:file:" + directory.resolve("db")),
            Stream.of(settings)).forEach(setting -> all.put(setting.split("=")[0], setting));
        return new SpringApplicationBuilder(Signonflow.class).run(all.values().toArray(String[]::new));
    }

    private void refuses(CapturedOutput output, String sentence, String... settings) {
        assertThatThrownBy(() -> start(settings)).isInstanceOf(Exception.class);
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START", "Description:\n\n  | " + sentence)
            .doesNotContain("\tat org.signonflow").doesNotContain(GOOD);
        assertThat(directory).as("no database").isEmptyDirectory();
        assertIsShort(output);
    }

    /** Apart from Camunda's banner and the two lines with which each start begins. */
    private static void assertIsShort(CapturedOutput output) {
        assertThat(output.getAll()).doesNotContain("\tat ");
        assertThat(output.getAll().lines().filter(line -> !line.isBlank()).count()).as(output.getAll()).isLessThan(27);
    }

    /** With a valid administrator, and one invalid setting. */
    private void refusesTheSetting(CapturedOutput output, String sentence, String action, String... settings) {
        String[] all = Stream.concat(Stream.of("--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
            "--signonflow.environments.x.client-secret=the-secret"), Stream.of(settings)).toArray(String[]::new);
        refuses(output, sentence, all);
        assertThat(output.getAll()).contains("Action:\n\n  | " + action).doesNotContain("the-secret");
    }

    @ParameterizedTest
    @CsvSource({"environment-id, the-secret, environment-id must be a UUID such as",
        "client-id, '', client-id must be a UUID such as",
        "worker-environment-id, x, worker-environment-id must be a UUID such as",
        "client-secret, '', client-secret is missing.",
        "region, '', region is missing.",
        "auth-url, https://auth.pingone.eu/?x, auth-url must be an http or https URL"})
    void refusesAnInvalidEnvironment(String setting, String value, String says, CapturedOutput output) {
        refusesTheSetting(output, "The PingOne environment 'x': " + says, "Set signonflow.environments.x." + setting,
            "--signonflow.environments.x." + setting + "=" + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"signonflow.environments.x.client-secret", "camunda.bpm.admin-user.password", "spring.datasource.password",
        "signonflow.approval.expires-after"})
    void refusesAnUndefinedVariable(String setting, CapturedOutput output) {
        refusesTheSetting(output, setting + " refers to ${NOT_SET}, which is not set.", "Set the environment variable NOT_SET, or "
            + setting + " itself.", "--" + setting + "=${NOT_SET}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"weak", "Root-Horse-7", "correct-horse-7", "CorrectHorse7"})
    void refusesAWeakPassword(String password, CapturedOutput output) {
        refusesTheSetting(output, "camunda.bpm.admin-user.password is too weak.", "Choose one of at least 10 characters",
            "--camunda.bpm.admin-user.password=" + password);
        assertThat(output.getAll()).doesNotContain(password + "\n");
    }

    @ParameterizedTest
    @CsvSource({"signonflow.http.call-timeout, soon, must be a duration.",
        "signonflow.security.query-timeout, -1s, must be a non-negative duration.",
        "signonflow.limits.per-requester, many, must be a whole number.",
        "signonflow.limits.plans-per-minute, -1, must be a non-negative whole number.",
        "signonflow.approval.optional, maybe, must be true or false.",
        "signonflow.drift.check, weekly, 'must be off, daily or hourly.'"})
    void refusesValuesOfTheWrongType(String setting, String value, String says, CapturedOutput output) {
        refusesTheSetting(output, setting + " " + says, "Set it to a value such as its default, ", "--" + setting + "=" + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"signonflow.quota.calls-per-minut", "signonflow.quotas.calls-per-minute", "signonflow.call-timeout",
        "signonflow.environment.x.region", "signonflow.environments.x.regoin", "signonflow.environments.x.region.name",
        "signonflow.licences.default.calls", "signonflow.sandbox.prot", "signonflow.sandboxed", "signonflow.platform-limits.application"})
    void refusesAnUnknownSetting(String name, CapturedOutput output) {
        refusesTheSetting(output, name + " is not a setting of Signonflow.", "Correct its name, or remove it.", "--" + name + "=5");
    }

    /** A later check refuses the last one: all before it are known. */
    @Test
    void knowsEachSettingInWhateverSpellingSpringBootAccepts(CapturedOutput output) throws IOException {
        Path more = Files.writeString(directory.resolveSibling(directory.getFileName() + ".yml"), """
            signonflow:
              retry:
              quota.callsPerMinute: 50
              limits: {per_requester: 5}
              journal.cleanup: "-"
              platform-limits: {applications: 5, policies: 5}
              licences: {"[paid.by us]": {callsPerMinute: 50}, Other_one: {calls-per-minute: 60}}
              environments:
                x: {licence: paid.by us, worker-environment-id: 11111111-2222-3333-4444-555555555555, authentication: post}
                "[y.z]": {region: eu, environmentId: 11111111-2222-3333-4444-555555555555, CLIENT_ID: 11111111-2222-3333-4444-555555555555,
                  clientsecret: the-secret, licence: Other_one, api-url: "https://a.example", auth-url: "https://a.example"}
              sandbox: {enabled: false, port: 5, address: localhost, hostNames: [a, b], token-lifetime: 5m, requests-per-minute: 5,
                assign-policy-without-actions: true, most-applications: 5, most-policies: 5}
              demo: false
            """);
        refusesTheSetting(output, "spring.datasource.url is not the URL", "Set it to something like",
            "--spring.config.import=" + more.toUri(), "--spring.datasource.url=none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"region | XX | one of NA, CA, EU, AU, SG, AP", "authentication | HEADER | one of BASIC, POST",
        "api-url | https://[ | a URL"})
    void refusesWhatNoEnvironmentCanHave(String setting, String value, String kind, CapturedOutput output) {
        refusesTheSetting(output, "signonflow.environments.x." + setting + " must be " + kind + ".", "Correct or remove it.",
            "--signonflow.environments.x." + setting + "=" + value);
        assertThat(output.getAll()).doesNotContain(value);
    }

    @Test
    void refusesAQuotaThatIsTooSmall(CapturedOutput output) {
        refusesTheSetting(output, "The licence 'default': calls-per-minute must be 0, for no quota, or at least 10, not 5.",
            "Set signonflow.quota.calls-per-minute.", "--signonflow.quota.calls-per-minute=5");
    }

    @Test
    void namesTheSettingOfAPortThatIsInUse(CapturedOutput output) throws IOException {
        try (ServerSocket another = new ServerSocket(0)) {
            String port = String.valueOf(another.getLocalPort());
            assertThatThrownBy(() -> start("--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
                "--signonflow.environments.x.client-secret=the-secret", "--server.port=" + port));
            assertThat(output.getAll()).contains("Description:\n\n  | server.port is " + port + ", where another process listens.",
                "Action:\n\n  | Stop the other process, or set server.port to a free port.").doesNotContain("\tat ");
        } finally {
            forgetFailedContext();
        }
    }

    @ParameterizedTest
    @CsvSource({"server.port, 70000, 0", "signonflow.sandbox.port, 0, 1", "signonflow.sandbox.port, -1, 1",
        "signonflow.sandbox.port, 70000, 1"})
    void refusesAPortThatCannotBe(String setting, String port, int lowest, CapturedOutput output) {
        refusesTheSetting(output, setting + " must be a port from " + lowest + " to 65535.", "Set it to a value such as its default, ",
            "--signonflow.sandbox.enabled=true", "--" + setting + "=" + port);
    }

    @ParameterizedTest
    @CsvSource({"32", "31", "1"})
    void refusesTooFewConnectionsForTheJobThreads(int connections, CapturedOutput output) {
        refusesTheSetting(output, "spring.datasource.hikari.maximum-pool-size is " + connections + " and camunda.bpm.job-execution."
            + "max-pool-size 32: each job holds a connection, and its journal needs another.", "Allow more connections than job threads",
            "--spring.datasource.hikari.maximum-pool-size=" + connections, "--camunda.bpm.job-execution.enabled=true");
    }

    @ParameterizedTest
    @CsvSource({"30000, 30s", "20000, 30s", "180000, 4m"})
    void refusesALockShorterThanACall(String lock, String call, CapturedOutput output) {
        refusesTheSetting(output, "camunda.bpm.job-execution.lock-time-in-millis is " + lock + ": a job would be started a second time "
            + "while its call to PingOne is in progress.", "Make it longer than signonflow.http.call-timeout",
            "--camunda.bpm.job-execution.lock-time-in-millis=" + lock, "--signonflow.http.call-timeout=" + call,
            "--camunda.bpm.job-execution.enabled=true");
    }

    @Test
    void refusesAnInvalidDatabaseUrl(CapturedOutput output) {
        refusesTheSetting(output, "spring.datasource.url is not the URL of a PostgreSQL or an H2 database.", "Set it to something like "
            + "jdbc:postgresql://localhost/signonflow", "--spring.datasource.url=postgres://somebody:the-secret@localhost/signonflow");
    }

    @Test
    void reportsAnUnreachableDatabase(CapturedOutput output) {
        refusesTheSetting(output, "The database jdbc:postgresql://localhost:1/x cannot be reached: Connection to localhost:1 refused.",
            "Start it, or correct spring.datasource.url.",
            "--spring.datasource.url=jdbc:postgresql://localhost:1/x?user=somebody&password=the-secret");
    }

    @ParameterizedTest
    @CsvSource({"nobody, postgres, rejects the login, Set spring.datasource.username and spring.datasource.password.",
        "postgres, nowhere, does not exist, 'Create it, or set spring.datasource.url to one that exists.'"})
    void reportsWhatTheDatabaseRefuses(String user, String name, String says, String action, CapturedOutput output) {
        String url = TestDatabase.postgres().replaceFirst("/[^/]*$", "/" + name);
        refusesTheSetting(output, "The database " + url + " " + says + ": FATAL: ", action, "--spring.datasource.url=" + url,
            "--spring.datasource.username=" + user, "--spring.datasource.password=the-secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "client-id= | registration.idp.client-id is missing.", "client-secret= | registration.idp.client-secret is missing.",
        "scope=profile | registration.idp.scope must contain openid.",
        "authorization-grant-type=client_credentials | registration.idp.authorization-grant-type must be authorization_code.",
        "provider=another | provider.another.issuer-uri is missing."})
    void refusesHalfAClientOfAnIdentityProvider(String setting, String says, CapturedOutput output) {
        refusesTheSetting(output, CLIENT + says, "", Stream.concat(Stream.of(IDENTITY_PROVIDER),
            Stream.of("--spring.security.oauth2.client.registration.idp." + setting)).toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        CLIENT + "provider.idp.issuer-uri=http://idp.example | " + CLIENT + "provider.idp.issuer-uri is not an https URL: anyone on the "
            + "network path could read tokens, and pretend to be anyone.",
        CLIENT + "provider.idp.issuer-uri=idp | " + CLIENT + "provider.idp.issuer-uri must be an http or https URL.",
        CLIENT + "provider.idp.jwk-set-uri=http://idp.example/keys | " + CLIENT + "provider.idp.jwk-set-uri is not an https URL",
        CLIENT + "provider.idp.user-name-attribute=preferred_username | " + CLIENT + "provider.idp.user-name-attribute must be sub.",
        CLIENT + "registration.other.client-id=x | " + CLIENT + "registration has more than one client",
        "signonflow.login.audience=web | signonflow.login.audience is the client's own id.",
        "signonflow.login.groups-claim= | signonflow.login.groups-claim is missing.",
        "signonflow.login.groups.sign-on-approvers= | signonflow.login.groups.sign-on-approvers has a blank name."})
    void refusesAnUnsafeIdentityProvider(String setting, String says, CapturedOutput output) {
        refusesTheSetting(output, says, "", Stream.concat(Stream.of(IDENTITY_PROVIDER), Stream.of("--" + setting)).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"break-glass", "audience"})
    void refusesSettingsForNoIdentityProvider(String setting, CapturedOutput output) {
        refusesTheSetting(output, "signonflow.login." + setting + " is set, but no identity provider.", "Set the client below",
            "--signonflow.login." + setting + "=root");
    }

    /** Nobody has an account yet, and the provider need not be there. */
    @Test
    void startsWithoutAnAdministratorWhereAnIdentityProviderKnowsThem() throws Exception {
        try (ConfigurableApplicationContext app = start(Stream.concat(Stream.of(IDENTITY_PROVIDER),
                Stream.of("--signonflow.environments.x.client-secret=the-secret")).toArray(String[]::new))) {
            int port = app.getEnvironment().getProperty("local.server.port", Integer.class);
            Caller nobody = Caller.nobody(port);
            assertThat(nobody.send("GET", "/camunda/app/admin/default/", null, "Accept", "text/html").header("Location"))
                .isEqualTo("../../../../login?to=camunda%2Fapp%2Fadmin%2Fdefault%2F");
            assertThat(nobody.call("GET", "/camunda/app/admin/default/", null).status()).as("not led to the set-up").isEqualTo(200);
            assertThat(nobody.call("GET", "/camunda/app/admin/default/", null).headers().allValues("Set-Cookie")).isNotEmpty()
                .allMatch(cookie -> cookie.contains("Secure"));
            assertThat(Caller.nobody(port).send("GET", "/oauth2/authorization/idp", null, "Accept", "text/html").header("Location"))
                .isEqualTo("/login");
        }
    }

    @Test
    void refusesWithoutAnAdministrator(CapturedOutput output) {
        refuses(output, "No administrator is configured: set camunda.bpm.admin-user.id and camunda.bpm.admin-user.password.");
    }

    @Test
    void refusesWithoutTheAdministratorsPassword(CapturedOutput output) {
        refuses(output, "No administrator is configured", "--camunda.bpm.admin-user.id=admin", "--camunda.bpm.admin-user.password=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "approver"})
    void refusesAPasswordOfTheSandbox(String user, CapturedOutput output) {
        refuses(output, "camunda.bpm.admin-user.password is one of the sandbox's passwords, which are publicly known.",
            "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + user + "-sandbox");
    }

    @ParameterizedTest
    @CsvSource({"jdbc:h2:mem:x", "jdbc:h2:nioMemFS:x", "jdbc:h2:split:memLZF:x"})
    void refusesAnInMemoryDatabase(String database, CapturedOutput output) {
        refuses(output, "spring.datasource.url is an in-memory database, which loses the record of changes to PingOne on every stop.",
            "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD, "--spring.datasource.url=" + database);
    }

    @Test
    void refusesAFileThatAnotherProcessHasOpen(CapturedOutput output) throws IOException {
        try (FileChannel another = FileChannel.open(directory.resolve("db.mv.db"), CREATE, WRITE); FileLock lock = another.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> start("--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
                "--signonflow.environments.x.client-secret=the-secret"));
        }
        assertThat(output.getAll()).containsPattern("Description:\\s+\\| The database jdbc:h2:\\S+ is in use by another process\\.");
        assertIsShort(output);
    }

    @ParameterizedTest
    @CsvSource({"api-url, http://api.pingone.eu", "auth-url, http://auth.pingone.eu", "api-url, HTTP://localhost.evil.example",
        "auth-url, http://127.0.0.1.evil.example", "api-url, http://10.0.0.1", "auth-url, ftp://localhost.example",
        "api-url, http://localhost@evil.example"})
    void refusesToSendASecretInPlainText(String setting, String url, CapturedOutput output) {
        refuses(output, "signonflow.environments.x." + setting + " is not an https URL: anyone on the network path could read the worker's "
            + "secret and change what is sent.", "--camunda.bpm.admin-user.id=root", "--camunda.bpm.admin-user.password=" + GOOD,
            "--signonflow.environments.x." + setting + "=" + url);
    }

    /** Everything in one start, since it takes time: secrets from files, the password policy, cookies for TLS only. Then a second one. */
    @Test
    void startsWithSecretsInFiles(CapturedOutput output) throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("signonflow.environments.x.client-secret"), "from-a-file\n");
        Files.writeString(secrets.resolve("camunda.bpm.admin-user.password"), GOOD);
        try (Sandbox pingOne = Sandbox.start(Map.of("signonflow.sandbox.port", 0));
                ConfigurableApplicationContext context = start("--spring.config.import=configtree:" + secrets + "/",
                    "--signonflow.environments.x.api-url=http://[::1]:1",
                    "--signonflow.environments.x.auth-url=http://LOCALHOST:" + pingOne.port(), "--logging.level.org.signonflow=INFO",
                    "--camunda.bpm.admin-user.id=root")) {
            int port = Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
            assertThat(context.getEnvironment().getActiveProfiles()).isEmpty();
            assertThat(context.getEnvironment().getProperty("signonflow.environments.x.client-secret")).isEqualTo("from-a-file");
            Caller root = Caller.basic(port, "root", GOOD);
            assertSaysWhereAndWho(output, port);
            assertSaysThatThePasswordIsWrong(output, root, port);
            assertThat(root.call("GET", "/environments", null).body()).isEqualTo("[\"x\"]");
            assertThat(Caller.basic(port, "admin").call("GET", "/environments", null).status()).isEqualTo(401);
            Caller.Answer weak = root.call("POST", "/engine-rest/user/create", """
                {"profile": {"id": "weak"}, "credentials": {"password": "weak"}}""");
            assertThat(weak.status()).as(weak.body()).isEqualTo(400);
            assertThat(weak.json().get("message").asString()).isEqualTo("password: must have at least 10 characters, including upper "
                + "and lower case, a digit and a special character, and must not contain the user's name or email address.");
            String credentials = "{\"password\": \"weak\", \"authenticatedUserPassword\": \"" + GOOD + "\"}";
            Caller.Answer weaker = root.call("PUT", "/engine-rest/user/root/credentials", credentials);
            assertThat(weaker.status()).as(weaker.body()).isEqualTo(400);
            assertThat(weaker.json().get("message").asString()).startsWith("password: must have at least 10 characters");
            assertThat(root.call("GET", "/engine-rest/user", null).json().findValuesAsString("id")).containsExactly("root");
            assertThat(root.call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start", """
                {"variables": {"approvalRequired": {"value": false}, "environment": {"value": "x"}, "applicationName": {"value": "x"},
                "policyName": {"value": "x"}}}""").body()).contains("approvalRequired: must be true.");
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
        assertThat(output.getAll()).contains("The database contains the sandbox's user operator with its publicly known password.");
    }

    private void assertSaysWhereAndWho(CapturedOutput output, int port) {
        String here = "http://localhost:" + port;
        assertThat(output.getAll()).contains("Signonflow is ready.\n", "Start here " + here + "/ ", "Roll-outs  " + here + "/roll-outs",
            "Log in     as the administrator root, who creates all other users at " + here + "/camunda/app/admin", "PingOne    x\n",
            "Database   the file " + directory.resolve("db") + ", fine for a trial; for production set spring.datasource.url to a "
                + "PostgreSQL");
    }

    /** Wrong credentials are reported in the log, at / and in the health details, but do not make the status DOWN. */
    private static void assertSaysThatThePasswordIsWrong(CapturedOutput output, Caller root, int port) {
        String says = "PingOne did not accept the worker's credentials for POST /11111111-2222-3333-4444-555555555555/as/token: ";
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(output.getAll()).containsOnlyOnce(
            "The PingOne environment x cannot be used now: " + says));
        assertThat(root.call("GET", "/environments/x", null).json().get("says").asString()).startsWith(says);
        Caller.Answer health = root.call("GET", "/actuator/health", null);
        assertThat(health.status()).as(health.body()).isEqualTo(200);
        assertThat(health.json().at("/components/pingOne/status").asString()).isEqualTo("UP");
        assertThat(health.json().at("/components/pingOne/details/x").asString()).startsWith(says);
        assertThat(Caller.nobody(port).call("GET", "/actuator/health", null).body()).doesNotContain("PingOne").contains("UP");
        assertThat(Caller.nobody(port).call("GET", "/actuator/health/readiness", null).body()).isEqualTo("{\"status\":\"UP\"}");
    }
}
