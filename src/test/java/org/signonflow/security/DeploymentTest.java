package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.signonflow.security.Caller.Answer;
import org.springframework.test.context.TestPropertySource;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Deploying a model means running code: only administrators may, and only if it is enabled. XML reads nothing, and no script runs. */
@TestPropertySource(properties = "signonflow.security.administration=true")
class DeploymentTest extends RunningApp {

    private static final String SCRIPT = """
        <scriptTask id="t" scriptFormat="groovy"><script>new File('/tmp/pwned')</script></scriptTask>""";
    private static final String GET_CLASS = """
        <serviceTask id="t" camunda:expression="${execution.getClass().forName('java.lang.Runtime').getRuntime().exec('id')}"/>""";

    private static String model(String id, String doctype, String task) {
        return """
            <?xml version="1.0" encoding="UTF-8"?>%s
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
                targetNamespace="x"><process id="%s" isExecutable="true" camunda:historyTimeToLive="1"><startEvent id="s"/>
                <sequenceFlow id="f" sourceRef="s" targetRef="t"/>%s</process></definitions>""".formatted(doctype, id, task).strip();
    }

    private Answer deploy(String user, String model) {
        String part = "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nevil\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"evil.bpmn\"\r\n\r\n" + model + "\r\n--b--\r\n";
        return rest(user).send("POST", "/engine-rest/deployment/create", part, "Content-Type", "multipart/form-data; boundary=b");
    }

    @ParameterizedTest
    @CsvSource({"requester", "approver", "operator"})
    void othersCannotDeploy(String user) {
        for (String task : List.of(SCRIPT, GET_CLASS)) {
            assertThat(deploy(user, model("evil", "", task)).status()).isEqualTo(403);
        }
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(1);
    }

    /** The engine's own password check, which is disabled otherwise. */
    @Test
    void passwordChecksCountAsLogins() {
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 20 && !answers.contains(429); i++) {
            answers.add(rest("admin").call("POST", "/engine-rest/identity/verify", "{\"username\": \"approver\", \"password\": \"guess\"}")
                .status());
        }
        System.out.println("Guesses through the engine's password check: " + answers);
        assertThat(answers).startsWith(200, 200, 200, 200, 200).endsWith(429);
    }

    @Test
    void anAdministratorMayAlsoMoveTimersIfEnabled() {
        String instance = waiting("requester", "App", "Policy").getProcessInstanceId();
        String timer = "/engine-rest/job/" + management.createJobQuery().processInstanceId(instance).timers().list().get(0).getId();
        String body = "{\"duedate\": \"2126-01-01T00:00:00.000+0000\"}";
        assertThat(rest("operator").call("PUT", timer + "/duedate", body).status()).isEqualTo(403);
        assertThat(Caller.web(port, "admin").call("PUT", timer.replace("/engine-rest", Caller.WEB) + "/duedate", body).status())
            .isEqualTo(403);
        assertThat(rest("admin").call("PUT", timer + "/duedate", body).status()).isEqualTo(204);
        assertThat(rest("admin").call("PUT", timer + "/retries", "{\"retries\": 1}").status()).as("but not retry them").isEqualTo(400);
    }

    @Test
    void thereIsNoScriptEngine() {
        Answer deployed = deploy("admin", model("scripted", "", SCRIPT));
        assertThat(deployed.status()).as(deployed.body()).isEqualTo(200);
        assertThatThrownBy(() -> runtime.startProcessInstanceByKey("scripted"))
            .hasMessageContaining("Can't find scripting engine for 'groovy'");
        assertThat(Path.of("/tmp/pwned")).doesNotExist();
        assertThat(new ScriptEngineManager().getEngineFactories().stream().map(ScriptEngineFactory::getLanguageName))
            .as("only expression languages").isSubsetOf("JSP 2.1 EL", "feel", "feel-unary-tests");
        repository.deleteDeployment(deployed.json().get("id").asString(), true);
    }

    @Test
    void anExternalDtdIsNotFetched() throws Exception {
        Path secret = Files.createTempFile("secret", ".txt");
        Files.writeString(secret, "canary-file");
        try (ServerSocket listener = new ServerSocket(0)) {
            listener.setSoTimeout(500);
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/evil.dtd";
            for (String doctype : List.of("<!DOCTYPE definitions SYSTEM \"" + url + "\">",
                "<!DOCTYPE definitions [<!ENTITY % x SYSTEM \"" + url + "\"> %x;]>",
                "<!DOCTYPE definitions [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>",
                "<!DOCTYPE definitions [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY x \"&a;&a;&a;&a;&a;\">]>")) {
                Answer answer = deploy("admin", model("xxe", doctype, "<task id=\"t\" name=\"&x;\"/>"));
                // Camunda answers 500 where others answer 400.
                assertThat(answer.isSuccess()).isFalse();
                assertThat(answer.body()).contains("DOCTYPE is disallowed").doesNotContain("canary-file");
            }
            assertThatThrownBy(listener::accept).as("a call for the DTD").isInstanceOf(java.net.SocketTimeoutException.class);
        } finally {
            Files.delete(secret);
        }
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(1);
    }
}
