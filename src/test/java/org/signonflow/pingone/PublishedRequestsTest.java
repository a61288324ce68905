package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.signonflow.pingone.Authenticator.AUTHENTICATOR;
import static org.signonflow.pingone.Authenticator.EMAIL;
import static org.signonflow.pingone.Authenticator.SECURITY_KEY;
import static org.signonflow.pingone.Authenticator.SMS;
import static org.signonflow.pingone.Authenticator.VOICE;
import static org.signonflow.pingone.FakePingOne.API;
import static org.signonflow.pingone.FakePingOne.ENVIRONMENT;
import static org.signonflow.pingone.FakePingOne.ID;
import static org.signonflow.pingone.FakePingOne.OTHER_ID;
import static org.signonflow.pingone.FakePingOne.THIRD_ID;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests are exactly those that PingOne publishes, byte for byte, and all known variants of its replies are understood. */
class PublishedRequestsTest {

    /** The only members besides: the values that Ping's Terraform provider sends for any application. */
    private static final String STATED = "\"allowWildcardInRedirectUris\":false,\"includeX5t\":false,\"opSessionCheckEnabled\":false,"
        + "\"requireSignedRequestObject\":false,\"supportUnsignedRequestObject\":false,\"refreshTokenDuration\":2592000,"
        + "\"refreshTokenRollingDuration\":15552000";

    private FakePingOne pingOne;

    @BeforeEach
    void start() throws IOException {
        pingOne = new FakePingOne();
    }

    @AfterEach
    void stop() {
        pingOne.close();
    }

    @Test
    void createsTheNativeApplication() {
        Application created = answer("""
            {"_links":{"self":{"href":"x"}},"environment":{"id":"%s"},"id":"%s","name":"App",
             "description":"This is an OIDC native application.",
             "enabled":true,"type":"NATIVE_APP","redirectUris":["https://www.example.com"],"grantTypes":["IMPLICIT"],
             "createdAt":"2026-04-22T18:56:43.197Z","updatedAt":"2026-04-22T18:56:44Z","clientId":"%s",
             "mobile":{"bundleId":"com.example.something1","packageName":"org.example.hyphenated_name1","push":{}},"externalId":"ref-1"}"""
            .formatted(ENVIRONMENT, ID, ID), client -> client.createApplication(new NativeApplication("App",
                "This is an OIDC native application.", List.of("https://www.example.com"), "com.example.something1",
                "org.example.hyphenated_name1", null)));

        assertSent("POST", "/applications", "{\"enabled\":true,\"name\":\"App\",\"description\":\"This is an OIDC native application.\","
            + "\"type\":\"NATIVE_APP\",\"protocol\":\"OPENID_CONNECT\",\"responseTypes\":[\"TOKEN\",\"ID_TOKEN\"],"
            + "\"grantTypes\":[\"IMPLICIT\"],"
            + "\"tokenEndpointAuthMethod\":\"NONE\",\"redirectUris\":[\"https://www.example.com\"],"
            + "\"mobile\":{\"bundleId\":\"com.example.something1\",\"packageName\":\"org.example.hyphenated_name1\"}," + STATED + "}");
        assertThat(created).isEqualTo(new Application(ID, "App", "This is an OIDC native application.", "NATIVE_APP", true,
            "com.example.something1", "org.example.hyphenated_name1", List.of("https://www.example.com"), List.of("IMPLICIT"), Map.of(),
            "ref-1", Instant.parse("2026-04-22T18:56:43.197Z"),
            Instant.parse("2026-04-22T18:56:44Z")));
    }

    @Test
    void omitsUnsetMembersAndSendsTheReferenceAndAnyName() {
        answer("{\"id\":\"" + ID + "\"}", client ->
            client.createApplication(new NativeApplication("${7*7}<script>\"é\r\n", null, null, null, null, "pi-1")));

        assertSent("POST", "/applications", "{\"enabled\":true,\"name\":\"${7*7}<script>\\\"é\\r\\n\",\"type\":\"NATIVE_APP\","
            + "\"protocol\":\"OPENID_CONNECT\",\"responseTypes\":[\"TOKEN\",\"ID_TOKEN\"],\"grantTypes\":[\"IMPLICIT\"],"
            + "\"tokenEndpointAuthMethod\":\"NONE\",\"externalId\":\"pi-1\"," + STATED + "}");
    }

    @Test
    void readsTheOlderFormOfAnApplicationAndOneWithOnlyAnId() {
        Application older = answer("{\"id\":\"%s\",\"bundleId\":\"b\",\"packageName\":\"p\",\"enabled\":\"true\",\"createdAt\":\"soon\"}"
            .formatted(ID), client -> client.readApplication(ID));
        assertSent("GET", "/applications/" + ID, "");
        assertThat(older).isEqualTo(new Application(ID, null, null, null, true, "b", "p", List.of(), List.of(), Map.of(), null, null, null));

        assertThatObject(answer("{\"id\":\"" + ID + "\"}", client -> client.readApplication(ID)))
            .isEqualTo(new Application(ID, null, null, null, false, null, null, List.of(), List.of(), Map.of(), null, null,
                null));
    }

    @Test
    void reportsOnlySettingsThatDifferFromOurDefaults() {
        assertThat(settings("""
            "pkceEnforcement":"OPTIONAL","responseTypes":["TOKEN","ID_TOKEN"],"tokenEndpointAuthMethod":"NONE","homePageUrl":"",\
            "postLogoutRedirectUris":[],"allowWildcardInRedirectUris":"false","accessControl":{"role":{}},"name":"any","idpSignoff":true"""))
            .isEmpty();
        assertThat(settings("""
            "postLogoutRedirectUris":["https://b","https://a"],"accessControl":{"group":{"type":"ANY_GROUP","groups":[{"id":"g"}]}}"""))
            .isEqualTo(Map.of("postLogoutRedirectUris", "[\"https://a\",\"https://b\"]",
                "accessControl", "{\"group\":{\"groups\":[{\"id\":\"g\"}],\"type\":\"ANY_GROUP\"}}"));
    }

    private Map<String, String> settings(String members) {
        return answer("{\"id\":\"" + ID + "\"," + members + "}", client -> client.readApplication(ID)).settings();
    }

    @Test
    void listsResourcesAndScopes() {
        assertThatObject(answer(
            "{\"_embedded\":{\"resources\":[{\"id\":\"%s\",\"name\":\"openid\",\"type\":\"OPENID_CONNECT\"}]},\"size\":1}"
            .formatted(ID), PingOneClient::listResources)).isEqualTo(List.of(new Resource(ID, "openid", "OPENID_CONNECT")));
        assertSent("GET", "/resources", "");

        assertThatObject(answer(
            "{\"_embedded\":{\"scopes\":[{\"id\":\"%s\",\"name\":\"profile\"},{\"id\":\"%s\"}]}}".formatted(OTHER_ID, THIRD_ID),
            client -> client.listScopes(ID))).isEqualTo(List.of(new Scope(OTHER_ID, "profile"), new Scope(THIRD_ID, null)));
        assertSent("GET", "/resources/" + ID + "/scopes", "");
    }

    @Test
    void grantsScopes() {
        Grant grant = new Grant(THIRD_ID, OTHER_ID, List.of(ID, OTHER_ID), Instant.parse("2026-04-22T18:56:43Z"));
        String json =
            "{\"id\":\"%s\",\"resource\":{\"id\":\"%s\"},\"scopes\":[{\"id\":\"%s\"},{\"id\":\"%s\"}],"
            .formatted(THIRD_ID, OTHER_ID, ID, OTHER_ID) + "\"createdAt\":\"2026-04-22T18:56:43Z\"}";

        assertThatObject(answer(json, client -> client.createGrant(ID, OTHER_ID, List.of(ID, OTHER_ID)))).isEqualTo(grant);
        assertSent("POST", "/applications/" + ID + "/grants",
            "{\"resource\":{\"id\":\"%s\"},\"scopes\":[{\"id\":\"%s\"},{\"id\":\"%s\"}]}".formatted(OTHER_ID, ID, OTHER_ID));

        assertThatObject(answer("{\"_embedded\":{\"grants\":[" + json + "]}}", client -> client.listGrants(ID))).isEqualTo(List.of(grant));
        assertSent("GET", "/applications/" + ID + "/grants", "");
    }

    @Test
    void createsTheSignOnPolicyAndToleratesItsPublishedReply() {
        assertThatObject(answer(
            "{\"id\":\"%s\",\"default\":\"false\",\"description\":\"A new basic sign-on policy.\",\"name\":\"Simple_Login\"}"
            .formatted(ID), client -> client.createSignOnPolicy("MFA_UseCase", "A new MFA sign-on policy.")))
            .isEqualTo(new SignOnPolicy(ID, "Simple_Login", "A new basic sign-on policy.", false, null));
        assertSent("POST", "/signOnPolicies", "{\"name\":\"MFA_UseCase\",\"default\":false,\"description\":\"A new MFA sign-on policy.\"}");

        assertThat(answer(
            "{\"id\":\"%s\",\"default\":true,\"name\":\"Single_Factor\"}".formatted(ID), client -> client.readSignOnPolicy(ID))
            .isDefault()).isTrue();
        assertSent("GET", "/signOnPolicies/" + ID, "");
        assertThatObject(answer("{\"_embedded\":{\"signOnPolicies\":[{\"id\":\"%s\",\"default\":\"true\"}]}}".formatted(ID),
            PingOneClient::listSignOnPolicies)).isEqualTo(List.of(new SignOnPolicy(ID, null, null, true, null)));
        assertSent("GET", "/signOnPolicies", "");
    }

    @Test
    void addsTheActionOfTheMfaWorkflow() {
        assertThatObject(answer(
            "{\"id\":\"%s\",\"type\":\"MULTI_FACTOR_AUTHENTICATION\",\"priority\":10,\"authenticator\":{\"enabled\":\"true\"},\"sms\":{}}"
            .formatted(THIRD_ID), client -> client.createAction(OTHER_ID, MfaAction.withAuthenticators(10, Set.of(AUTHENTICATOR), ID))))
            .isEqualTo(new Action(THIRD_ID, "MULTI_FACTOR_AUTHENTICATION", 10, Set.of(AUTHENTICATOR), null, null, null, Set.of(),
                Map.of()));
        assertSent("POST", "/signOnPolicies/" + OTHER_ID + "/actions", ("{\"priority\":10,\"type\":\"MULTI_FACTOR_AUTHENTICATION\","
            + "\"recovery\":{\"enabled\":false},\"authenticator\":{\"enabled\":true},\"email\":{\"enabled\":false},"
            + "\"sms\":{\"enabled\":false},"
            + "\"applications\":[{\"id\":\"%s\",\"autoEnrollment\":{\"enabled\":true},"
            + "\"deviceAuthorization\":{\"enabled\":true,\"extraVerification\":\"permissive\"}}]}").formatted(ID));
    }

    @Test
    void addsFurtherAuthenticatorsOnlyIfEnabled() {
        answer("{\"id\":\"" + ID + "\"}", client ->
            client.createAction(ID, MfaAction.withAuthenticators(1, List.of(VOICE, SECURITY_KEY, EMAIL), null)));

        assertSent("POST", "/signOnPolicies/" + ID + "/actions", "{\"priority\":1,\"type\":\"MULTI_FACTOR_AUTHENTICATION\","
            + "\"recovery\":{\"enabled\":false},\"authenticator\":{\"enabled\":false},\"email\":{\"enabled\":true},"
            + "\"sms\":{\"enabled\":false},"
            + "\"voice\":{\"enabled\":true},\"securityKey\":{\"enabled\":true}}");
    }

    @Test
    void addsTheActionOfThePasswordlessWorkflowAndTheOneWithADevicePolicy() {
        answer("{\"id\":\"" + ID + "\"}", client -> client.createAction(ID, MfaAction.passwordless(1, List.of(SMS, EMAIL))));
        assertSent("POST", "/signOnPolicies/" + ID + "/actions", "{\"priority\":1,\"type\":\"MULTI_FACTOR_AUTHENTICATION\","
            + "\"recovery\":{\"enabled\":false},\"email\":{\"enabled\":true},\"sms\":{\"enabled\":true}}");

        assertThatObject(answer(
            "{\"id\":\"%s\",\"deviceAuthenticationPolicy\":{\"id\":\"%s\"},\"noDevicesMode\":\"BLOCK\"}".formatted(ID, OTHER_ID),
            client -> client.createAction(ID, MfaAction.withDevicePolicy(1, OTHER_ID, NoDevicesMode.BLOCK))))
            .isEqualTo(new Action(ID, null, 0, Set.of(), OTHER_ID, "BLOCK", null, Set.of(), Map.of()));
        assertSent("POST", "/signOnPolicies/" + ID + "/actions", ("{\"priority\":1,\"type\":\"MULTI_FACTOR_AUTHENTICATION\","
            + "\"deviceAuthenticationPolicy\":{\"id\":\"%s\"},\"noDevicesMode\":\"BLOCK\"}").formatted(OTHER_ID));

        answer("{\"_embedded\":{\"actions\":[{\"id\":\"" + ID + "\"}]}}", client -> client.listActions(ID));
        assertSent("GET", "/signOnPolicies/" + ID + "/actions", "");
    }

    @Test
    void assignsThePolicy() {
        Assignment assignment = new Assignment(THIRD_ID, OTHER_ID, 1);
        String json = "{\"id\":\"%s\",\"signOnPolicy\":{\"id\":\"%s\"},\"priority\":1}".formatted(THIRD_ID, OTHER_ID);

        assertThatObject(answer(json, client -> client.createAssignment(ID, OTHER_ID, 1))).isEqualTo(assignment);
        assertSent("POST", "/applications/" + ID + "/signOnPolicyAssignments",
            "{\"priority\":1,\"signOnPolicy\":{\"id\":\"%s\"}}".formatted(OTHER_ID));

        assertThatObject(answer("{\"_embedded\":{\"signOnPolicyAssignments\":[" + json + "]}}", client -> client.listAssignments(ID)))
            .isEqualTo(List.of(assignment));
        assertSent("GET", "/applications/" + ID + "/signOnPolicyAssignments", "");
    }

    @Test
    void deletesWithoutABody() {
        assertDeletes(client -> client.delete(Kind.APPLICATION, null, ID), "/applications/" + ID);
        assertDeletes(client -> client.delete(Kind.GRANT, ID, OTHER_ID), "/applications/" + ID + "/grants/" + OTHER_ID);
        assertDeletes(client -> client.delete(Kind.SIGN_ON_POLICY, null, ID), "/signOnPolicies/" + ID);
        assertDeletes(client -> client.delete(Kind.ASSIGNMENT, ID, OTHER_ID), "/applications/" + ID + "/signOnPolicyAssignments/" + OTHER_ID);
    }

    @Test
    void readsTheEnvironment() {
        assertThatObject(answer("{\"id\":\"%s\",\"name\":\"Sandbox\",\"type\":\"SANDBOX\",\"region\":\"EU\"}".formatted(ENVIRONMENT),
            PingOneClient::readEnvironment)).isEqualTo(new Environment(ENVIRONMENT, "Sandbox", "SANDBOX", "EU"));
        assertSent("GET", "", "");
        pingOne.answering(200, "{\"id\":\"" + ENVIRONMENT + "\"}").client().checkReachable();
    }

    @Test
    void sendsUserAgentAndTransactionId() {
        PingOneClient client = pingOne.client();
        pingOne.answering(204, "").answering(204, "").answering(204, "").answering(204, "");
        client.delete(Kind.APPLICATION, null, ID);
        client.withTransaction("5f0c:ä\r\nX-Evil: 1/..").delete(Kind.APPLICATION, null, ID);
        client.withTransaction("x".repeat(300)).delete(Kind.APPLICATION, null, ID);
        client.withTransaction("a").withTransaction(" ").delete(Kind.APPLICATION, null, ID);

        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("X-Ping-External-Transaction-ID"))
            .containsExactly(null, "5f0c----X-Evil--1-..", "x".repeat(100), null);
        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("User-Agent")).containsOnly("Signonflow/1.2.3");
        assertThat(pingOne.requests).extracting(request -> request.getHeaders().get("Authorization")).containsOnly("Bearer token-1");
        assertThat(pingOne.tokenRequests).hasSize(1).allSatisfy(request ->
            assertThat(request.getHeaders().get("User-Agent")).isEqualTo("Signonflow/1.2.3"));
    }

    @Test
    void acceptsOnlyUuidsInAPath() {
        for (String id : new String[] {null, "", "..", ID + "/../x", ID.replace('-', '_'), "%2e%2e", ID + "\n"}) {
            PingOneClient client = pingOne.client();
            assertThatIllegalArgumentException().isThrownBy(() -> client.readApplication(id))
                .withMessageStartingWith("applicationId must be");
            assertThatIllegalArgumentException().isThrownBy(() -> client.delete(Kind.GRANT, ID, id)).withMessageStartingWith("grantId must be");
            assertThatIllegalArgumentException().isThrownBy(() -> client.createAssignment(ID, id, 1))
                .withMessageStartingWith("policyId must");
            assertThatIllegalArgumentException().isThrownBy(() -> client.createGrant(ID, ID, List.of("" + id)))
                .withMessageStartingWith("scopeId must be");
        }
        assertThat(pingOne.requests).isEmpty();
        assertThat(pingOne.tokenRequests).isEmpty();
    }

    @Test
    void doesNotMixTheTwoFormsOfAnAction() {
        assertThatIllegalArgumentException().isThrownBy(() -> MfaAction.withAuthenticators(1, Set.of(), ID))
            .withMessage("An MFA action needs an authenticator or a device authentication policy.");
        assertThatIllegalArgumentException().isThrownBy(() -> new MfaAction(1, Set.of(SMS), Set.of(), null, ID, null))
            .withMessageContaining("not both");
        assertThatIllegalArgumentException().isThrownBy(() -> MfaAction.passwordless(0, Set.of(SMS))).withMessageContaining("1 or more");
        assertThatIllegalArgumentException().isThrownBy(() -> MfaAction.withDevicePolicy(1, null, null))
            .withMessageStartingWith("deviceAuthenticationPolicyId");
        assertThat(Authenticator.of("boundBiometrics")).isEqualTo(Authenticator.BOUND_BIOMETRICS);
        assertThatIllegalArgumentException().isThrownBy(() -> Authenticator.of("fax"))
            .withMessage("Unknown authenticator 'fax'. Known: authenticator, email, sms, voice, boundBiometrics, securityKey.");
    }

    private <T> T answer(String body, Function<PingOneClient, T> call) {
        pingOne.requests.clear();
        return call.apply(pingOne.answering(201, body).client());
    }

    private void assertDeletes(Consumer<PingOneClient> call, String path) {
        pingOne.requests.clear();
        call.accept(pingOne.answering(204, "").client());
        assertSent("DELETE", path, "");
    }

    private void assertSent(String method, String path, String body) {
        RecordedRequest request = pingOne.only();
        assertThat(request.getMethod() + " " + request.getTarget()).isEqualTo(method + " " + API + path);
        assertThat(request.getBody() == null ? "" : request.getBody().utf8()).isEqualTo(body);
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo(body.isEmpty() ? null : "application/json");
    }
}
