package org.signonflow.security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.signonflow.harness.TlsProxy;
import org.signonflow.security.Caller.Answer;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Terraform's own provider, pingidentity/pingone 1.21, makes of exports: {@code terraform} has to be on the path, and the provider in
 * the folder that the property names, as {@code terraform-provider-pingone}.
 */
@EnabledIfSystemProperty(named = "terraform.provider", matches = ".+", disabledReason = "Terraform's plan is only shown with "
    + "-Dterraform.provider=<folder with terraform-provider-pingone>, and terraform on the path.")
@TestPropertySource(properties = "camunda.bpm.job-execution.enabled=true")
class TerraformIT extends RunningApp {

    private static final String WORKER = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";
    private static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final List<String> FLAGS = List.of("allow_wildcard_in_redirect_uris", "include_x5t", "op_session_check_enabled",
        "require_signed_request_object", "support_unsigned_request_object");
    private static final String HOSTILE = "${file(\"/etc/passwd\")} %{ if true }$${x}$$${y}\\\" \\n\n\r\t"
        + "\u0007\u202e\u200b\ud83d\ude00\u00e9e\u0301 "
        + "\"\n}\nresource \"x\" \"y\" {}";

    @TempDir
    Path home;
    private TlsProxy proxy;

    /** The provider speaks nothing but TLS, and the sandbox none. */
    @BeforeEach
    void secure() throws Exception {
        proxy = TlsProxy.inFrontOf(sandboxPort, home, "auth.pingone.test", "api.pingone.test");
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    /** What {@code terraform plan} says of an export in a folder of its own. */
    private final class Export {
        private final Path folder;
        private final String text;

        Export(String path) throws IOException {
            Answer answer = rest("operator").call("GET", path, null);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            text = answer.body();
            folder = Files.createTempDirectory(home, "export");
            Files.writeString(folder.resolve("export.tf"), text);
            Files.writeString(folder.resolve("provider.tf"), """
                provider "pingone" {
                  client_id      = "%s"
                  client_secret  = "sandbox-worker-secret"
                  environment_id = "%s"
                  region_code    = "EU"
                  http_proxy     = "http://127.0.0.1:%d"

                  service_endpoints {
                    auth_hostname = "auth.pingone.test"
                    api_hostname  = "api.pingone.test"
                  }
                }
                """.formatted(WORKER, ENVIRONMENT, proxy.port()));
        }

        String terraform(String... arguments) throws Exception {
            Path settings = Files.writeString(home.resolve("settings.tfrc"), """
                provider_installation {
                  dev_overrides {
                    "pingidentity/pingone" = "%s"
                  }
                  direct {}
                }
                """.formatted(Path.of(System.getProperty("terraform.provider")).toAbsolutePath()));
            List<String> command = new ArrayList<>(List.of("terraform"));
            command.addAll(List.of(arguments));
            ProcessBuilder terraform = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile());
            terraform.environment().putAll(Map.of("TF_CLI_CONFIG_FILE", settings.toString(), "CHECKPOINT_DISABLE", "1",
                "SSL_CERT_FILE", proxy.certificate().toString()));
            Process process = terraform.start();
            boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(folder.resolve("said.txt"));
            assertThat(ended && process.exitValue() == 0).as(String.join(" ", command) + "\n" + text + said).isTrue();
            return said;
        }

        /** The plan's last line. */
        String plan() throws Exception {
            assertThat(terraform("fmt", "-check", "-diff", "export.tf")).as("as terraform fmt writes it").doesNotContain("export.tf");
            String said = terraform("plan", "-no-color", "-input=false", "-out=plan");
            String plan = said.lines().filter(line -> line.startsWith("Plan: ")).findFirst().orElse(said);
            System.out.println(plan);
            return plan;
        }

        /** The attributes that it would change, all of which had no value. */
        TreeSet<String> changed() throws Exception {
            JsonNode plan = JsonMapper.shared().readTree(terraform("show", "-json", "-no-color", "plan").lines()
                .filter(line -> line.startsWith("{")).findFirst().orElseThrow());
            TreeSet<String> changed = new TreeSet<>();
            for (JsonNode resource : plan.get("resource_changes")) {
                compare("", resource.at("/change/before"), resource.at("/change/after"), changed);
            }
            return changed;
        }

        private void compare(String name, JsonNode before, JsonNode after, TreeSet<String> changed) {
            if (before.isObject() && after.isObject()) {
                before.properties().forEach(member -> compare(member.getKey(), member.getValue(), after.path(member.getKey()), changed));
            } else if (!before.equals(after) && !after.isMissingNode()) {
                assertThat(before.isNull()).as(name + ": " + before + " to " + after).isTrue();
                changed.add(name);
            }
        }
    }

    private Export export(String change) throws IOException {
        return new Export("/api/changes/" + change + "/terraform");
    }

    private String completed(String flow, String variables) throws Exception {
        Answer started = rest("requester").call("POST", "/api/changes", "{\"flow\": \"%s\", \"approvalRequired\": false, %s}"
            .formatted(flow, variables));
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String id = started.json().get("id").asString();
        await("/api/changes/" + id, "/change/state", "COMPLETED");
        return id;
    }

    private void await(String path, String pointer, String state) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (rest("operator").call("GET", path, null).json().at(pointer).asString("").equals(state)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(rest("operator").call("GET", path, null).body());
    }

    private String id(String change, String name) {
        return rest("operator").call("GET", "/api/changes/" + change, null).json().at("/ids/" + name).asString();
    }

    private String rollOut(String list, String... fields) throws Exception {
        StringBuilder form = new StringBuilder("--b\r\nContent-Disposition: form-data; name=\"list\"; filename=\"list.csv\"\r\n\r\n" + list
            + "\r\n");
        for (int i = 0; i < fields.length; i += 2) {
            form.append("--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(fields[i], fields[i + 1]));
        }
        Answer started = rest("requester").send("POST", "/api/roll-outs", form + "--b--\r\n", "Content-Type",
            "multipart/form-data; boundary=b");
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String id = started.json().get("id").asString();
        await("/api/roll-outs/" + id, "/stage", "WAITING_FOR_APPROVAL");
        String task = tasks.createTaskQuery().processInstanceId(id).singleResult().getId();
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task + "/complete", APPROVE).isSuccess()).isTrue();
        await("/api/roll-outs/" + id, "/stage", "COMPLETED");
        return id;
    }

    /** Sends PingOne an object anew, as an administrator would. */
    private ObjectNode pingone(String method, String path, String body) {
        String token = Caller.basic(sandboxPort, WORKER, "sandbox-worker-secret").send("POST", "/" + ENVIRONMENT + "/as/token",
            "grant_type=client_credentials", "Content-Type", "application/x-www-form-urlencoded").json().get("access_token").asString();
        Answer answer = Caller.nobody(sandboxPort).send(method, "/v1/environments/" + ENVIRONMENT + path, body, "Authorization",
            "Bearer " + token, "Content-Type", "application/json");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return (ObjectNode) answer.json();
    }

    private String devicePolicy() {
        return pingone("GET", "/deviceAuthenticationPolicies", null).at("/_embedded/deviceAuthenticationPolicies/0/id").asString();
    }

    @Test
    void aNewApplicationIsTakenOver() throws Exception {
        String flow = completed("configure-mfa-sign-on", """
            "applicationName": "Banking app", "applicationDescription": "For \u00c4rger.",
            "redirectUris": "https://www.example.com, app://cb",
            "bundleId": "com.example.banking", "policyName": "Banking_MFA",
            "deviceAuthenticationPolicyId": "%s" """.formatted(devicePolicy()));
        String application = "/applications/" + id(flow, "applicationId");
        ObjectNode before = pingone("GET", application, null);
        Export export = export(flow);
        assertThat(export.plan()).isEqualTo("Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.");
        assertThat(export.terraform("apply", "-no-color", "-input=false", "plan"))
            .contains("Apply complete! Resources: 5 imported, 0 added, 0 changed, 0 destroyed.");
        assertThat(export.terraform("plan", "-no-color", "-input=false")).contains("No changes.");
        assertThat(pingone("GET", application, null)).isEqualTo(before);
        assertThat(rest("operator").call("POST", "/api/changes/" + flow + "/check", null).json().at("/check/drift").asString())
            .isEqualTo("UNCHANGED");

        String named = completed("configure-mfa-sign-on", "\"applicationName\": \"Savings\", \"policyName\": \"Savings_MFA\"");
        assertThat(export(named).plan()).as("without the action, which names its authenticators")
            .isEqualTo("Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.");
    }

    @Test
    void whatPingOneDoesNotStateAnyMoreIsSaid() throws Exception {
        String flow = completed("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"App_MFA\"");
        String address = "/applications/" + id(flow, "applicationId");
        pingone("PUT", address, pingone("GET", address, null).remove(List.of("allowWildcardInRedirectUris", "includeX5t",
            "opSessionCheckEnabled", "requireSignedRequestObject", "supportUnsignedRequestObject")).toString());
        Export first = export(flow);
        assertThat(first.plan()).isEqualTo("Plan: 4 to import, 0 to add, 1 to change, 0 to destroy.");
        assertThat(first.changed()).containsExactlyElementsOf(FLAGS);
        assertThat(first.text).contains(FLAGS.stream().map(name -> "#   " + name + " = ").toList());
        first.terraform("apply", "-no-color", "-input=false", "plan");
        assertThat(export(flow).plan()).as("once PingOne states it").isEqualTo("Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.");
    }

    @Test
    void aPolicyForAnExistingApplicationIsOnlyImported() throws Exception {
        String application = id(completed("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"App_MFA\""),
            "applicationId");
        for (String mode : List.of("", "\"noDevicesMode\": \"BLOCK\",", "\"noDevicesMode\": \"BYPASS\",")) {
            assertThat(export(completed("configure-passwordless-sign-on", """
                "applicationId": "%s", "policyName": "P%d", %s "assignmentPriority": %2$d, "deviceAuthenticationPolicyId": "%s" """
                .formatted(application, 2 + mode.length(), mode, devicePolicy()))).plan())
                .isEqualTo("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.");
        }
        assertThat(export(completed("configure-passwordless-sign-on", "\"applicationId\": \"%s\", \"policyName\": \"Q\","
            .formatted(application) + "\"assignmentPriority\": 9")).plan()).as("without the action, which names its authenticators")
            .isEqualTo("Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.");
    }

    @Test
    void rollOutsOfTwentyAreTakenOver() throws Exception {
        String list = "applicationName,policyName,redirectUris\n" + IntStream.rangeClosed(1, 20)
            .mapToObj("Shop %1$d,Shop_%1$d,https://%1$d.example.com"::formatted).collect(Collectors.joining("\n"));
        String rollOut = rollOut(list, "name", "Shops", "deviceAuthenticationPolicyId", devicePolicy());
        assertThat(new Export("/api/roll-outs/" + rollOut + "/terraform").plan())
            .isEqualTo("Plan: 100 to import, 0 to add, 0 to change, 0 to destroy.");

        List<String> applications = new ArrayList<>();
        rest("operator").call("GET", "/api/roll-outs/" + rollOut + "/rows", null).json()
            .forEach(row -> applications.add(row.at("/ids/applicationId").asString()));
        String existing = rollOut("applicationId\n" + String.join("\n", applications), "name", "Passwordless", "policy", "shared",
            "policyName", "Shared", "assignmentPriority", "2", "deviceAuthenticationPolicyId", devicePolicy());
        assertThat(new Export("/api/roll-outs/" + existing + "/terraform").plan()).as("a policy, its action, and twenty assignments")
            .isEqualTo("Plan: 22 to import, 0 to add, 0 to change, 0 to destroy.");
    }

    @Test
    void whateverOthersWroteStaysText() throws Exception {
        String change = completed("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"App_MFA\"");
        String address = "/applications/" + id(change, "applicationId");
        ObjectNode application = pingone("GET", address, null);
        pingone("PUT", address, application.put("name", HOSTILE).put("description", "x".repeat(1_000) + HOSTILE).toString());
        Export hostile = export(change);
        assertThat(hostile.plan()).as("the same text, or it would change")
            .isEqualTo("Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.");
        assertThat(hostile.text).contains("# Changed in PingOne since it was created:\n#   name is ");
        assertThat(hostile.text.replaceAll("(?m)^#.*$", "")).doesNotContain("${file", "%{ if", "\u202e", "\u200b", "\nresource \"x\"");
    }
}
