package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The two workflows as published, request by request. */
class WorkflowsTest extends SandboxTest {

    @Test
    void mfaSignOn() throws Exception {
        Caller.Answer application = caller.post("/applications", Caller.NATIVE_APPLICATION).expect(201);
        assertThat(application.at("/clientId").stringValue()).isEqualTo(application.id());
        assertThat(application.at("/environment/id").stringValue()).isEqualTo(Caller.ENVIRONMENT);
        assertThat(application.at("/createdAt")).isEqualTo(application.at("/updatedAt"));
        assertThat(application.at("/createdAt").stringValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        JsonNode sent = Caller.JSON.readTree(Caller.NATIVE_APPLICATION);
        sent.properties().forEach(member ->
                assertThat(application.body().get(member.getKey())).as(member.getKey()).isEqualTo(member.getValue()));
        assertThat(application.at("/mobile")).isEqualTo(Caller.JSON.readTree("""
                {"bundleId": "com.example.something1", "packageName": "org.example.hyphenated_name1", "passcodeGracePeriod": 5,
                 "passcodeRefreshDuration": {"duration": 30, "timeUnit": "SECONDS"}, "integrityDetection": {"mode": "DISABLED"}}"""));

        Caller.Answer resources = caller.get("/resources").expect(200);
        assertThat(resources.items()).extracting(item -> item.get("name").stringValue() + " " + item.get("type").stringValue())
                .containsExactly("openid OPENID_CONNECT", "PingOne API PINGONE_API");
        String openid = caller.idByName("/resources", "openid");

        Caller.Answer scopes = caller.get("/resources/" + openid + "/scopes").expect(200);
        assertThat(scopes.items()).extracting(item -> item.get("name").stringValue())
                .containsExactly("openid", "profile", "email", "address", "phone", "offline_access");
        assertThat(scopes.items()).allSatisfy(scope -> assertThat(scope.at("/resource/id").stringValue()).isEqualTo(openid));
        String profile = caller.idByName("/resources/" + openid + "/scopes", "profile");

        String grants = "/applications/" + application.id() + "/grants";
        Caller.Answer grant = caller.post(grants, Caller.grant(openid, profile)).expect(201);
        assertThat(grant.at("/resource/id").stringValue()).isEqualTo(openid);
        assertThat(grant.at("/application/id").stringValue()).isEqualTo(application.id());
        assertThat(grant.at("/scopes").toString()).isEqualTo("[{\"id\":\"" + profile + "\"}]");
        assertThat(grant.at("/_links/resource/href").stringValue()).endsWith("/resources/" + openid);

        Caller.Answer policy = caller.post("/signOnPolicies", Caller.policy("MFA_UseCase")).expect(201);
        assertThat(policy.at("/default").isBoolean()).isTrue();
        assertThat(policy.at("/default").booleanValue()).isFalse();
        assertThat(policy.at("/_links/actions/href").stringValue()).endsWith("/signOnPolicies/" + policy.id() + "/actions");

        String actions = "/signOnPolicies/" + policy.id() + "/actions";
        Caller.Answer action = caller.post(actions, Caller.mfaAction(application.id())).expect(201);
        assertThat(action.at("/signOnPolicy/id").stringValue()).isEqualTo(policy.id());
        assertThat(action.at("/condition").toString())
                .isEqualTo("{\"anonymousNetwork\":[\"1.1.1.1/10\"],\"valid\":\"${flow.request.http.remoteIp}\"}");
        assertThat(action.at("/email/enabled").isBoolean()).isTrue();
        assertThat(action.at("/applications/0/deviceAuthorization/extraVerification").stringValue()).isEqualTo("permissive");
        assertThat(action.body().has("recovery")).as("not part of an MFA action, although the published request has it").isFalse();
        assertThat(action.body().has("createdAt")).isFalse();

        String assignments = "/applications/" + application.id() + "/signOnPolicyAssignments";
        Caller.Answer assignment = caller.post(assignments, Caller.assignment(policy.id(), 1)).expect(201);
        assertThat(assignment.at("/priority").intValue()).isEqualTo(1);
        assertThat(assignment.at("/_links/signOnPolicy/href").stringValue()).endsWith("/signOnPolicies/" + policy.id());

        for (String self : List.of("/applications/" + application.id(), grants + "/" + grant.id(), "/signOnPolicies/" + policy.id(),
                actions + "/" + action.id(), assignments + "/" + assignment.id())) {
            assertThat(caller.get(self).expect(200).at("/_links/self/href").stringValue()).isEqualTo(
                    caller.base + "/v1/environments/" + Caller.ENVIRONMENT + self);
        }
        assertThat(caller.get(actions).items()).containsExactly(action.body());
        assertThat(caller.get(grants).items()).containsExactly(grant.body());
        assertThat(caller.get(assignments).items()).containsExactly(assignment.body());
    }

    @Test
    void passwordlessSignOn() {
        String applicationId = caller.post("/applications", Caller.application("portal", "")).expect(201).id();
        String policyId = caller.post("/signOnPolicies", Caller.policy("Passwordless_UseCase")).expect(201).id();
        Caller.Answer action = caller.post("/signOnPolicies/" + policyId + "/actions",
                "{\"priority\":1,\"type\":\"MULTI_FACTOR_AUTHENTICATION\",\"sms\":{\"enabled\":true},\"email\":{\"enabled\":true}}")
                .expect(201);
        assertThat(action.at("/sms/enabled").booleanValue()).isTrue();
        caller.post("/applications/" + applicationId + "/signOnPolicyAssignments", Caller.assignment(policyId, 1)).expect(201);
    }

    @Test
    void mfaActionThatNamesADevicePolicy() {
        String devicePolicy = caller.get("/deviceAuthenticationPolicies").expect(200).items().get(0).get("id").stringValue();
        String policyId = caller.post("/signOnPolicies", Caller.policy("MFA")).expect(201).id();
        Caller.Answer action = caller.post("/signOnPolicies/" + policyId + "/actions", """
                {"priority":1,"type":"MULTI_FACTOR_AUTHENTICATION","deviceAuthenticationPolicy":{"id":"%s"},"noDevicesMode":"BLOCK"}"""
                .formatted(devicePolicy)).expect(201);
        assertThat(action.at("/deviceAuthenticationPolicy/id").stringValue()).isEqualTo(devicePolicy);
        assertThat(action.at("/noDevicesMode").stringValue()).isEqualTo("BLOCK");
    }

    @Test
    void aFreshEnvironment() {
        assertThat(caller.state("applications")).extracting(item -> item.get("type").stringValue())
                .containsExactlyInAnyOrder("PING_ONE_PORTAL", "PING_ONE_SELF_SERVICE", "PING_ONE_ADMIN_CONSOLE");
        assertThat(caller.get("/signOnPolicies").items()).extracting(item -> item.get("name").stringValue() + " " + item.get("default"))
                .containsExactly("Single_Factor true", "Multi_Factor false");
        String multi = caller.idByName("/signOnPolicies", "Multi_Factor");
        assertThat(caller.get("/signOnPolicies/" + multi + "/actions").items()).extracting(item -> item.get("type").stringValue())
                .containsExactly("LOGIN", "MULTI_FACTOR_AUTHENTICATION");
        JsonNode devicePolicy = caller.get("/deviceAuthenticationPolicies").items().get(0);
        assertThat(devicePolicy.get("default").booleanValue()).isTrue();
        caller.get("/deviceAuthenticationPolicies/" + devicePolicy.get("id").stringValue()).expect(200);

        Caller.Answer environment = caller.get("").expect(200);
        assertThat(environment.id()).isEqualTo(Caller.ENVIRONMENT);
        assertThat(environment.body().properties()).extracting(member -> member.getKey())
                .contains("_links", "name", "type", "region", "license", "createdAt");
    }
}
