package org.signonflow.change;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.NoDevicesMode;
import org.signonflow.pingone.Scope;
import org.signonflow.pingone.SignOnPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class TakesEffectTest {

    private static final Map<String, String> REQUEST = Map.of("applicationName", "Shop", "redirectUris", "https://a.example, app://b",
        "scopes", "profile,email", "scopeIds", "s1,s2", "openidResourceId", "r1", "policyName", "Shop_MFA",
        "authenticators", "sms,email", "assignmentPriority", "1", "applicationId", "a1", "policyId", "p1");

    private static final SignOnPolicy OTHER = new SignOnPolicy("p0", "Single_Factor", null, true, null);

    private static TakesEffect requested(boolean newApplication, String... namesAndValues) {
        Map<String, String> request = new HashMap<>(REQUEST);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            request.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Requested.of(request::get, Flow.ofRow(newApplication));
    }

    private static TakesEffect besides(TakesEffect data, Assigned... besides) {
        return new TakesEffect(data.application(), data.grants(), data.policy(), data.actions(), data.priority(), List.of(besides),
            data.defaultPolicy());
    }

    private static Set<Part> changed(TakesEffect approved, TakesEffect now) {
        return Digests.parse(Digests.of(approved).toString()).changedIn(Digests.of(now));
    }

    @ParameterizedTest
    @CsvSource({"applicationName, Shop2, APPLICATION", "applicationDescription, x, APPLICATION", "bundleId, x, APPLICATION",
        "packageName, x, APPLICATION", "'redirectUris', https://evil.example, APPLICATION", "scopeIds, 's1,s3', GRANTS",
        "openidResourceId, r2, GRANTS", "policyName, x, POLICY", "policyDescription, x, POLICY", "policyId, p2, POLICY",
        "authenticators, sms, ACTIONS", "deviceAuthenticationPolicyId, d1, ACTIONS", "noDevicesMode, BYPASS, ACTIONS",
        "actionPriority, 3, ACTIONS", "actionId, x, ACTIONS", "assignmentPriority, 2, ASSIGNMENTS"})
    void eachPartChangesOnItsOwn(String variable, String value, Part part) {
        assertThat(changed(requested(true), requested(true, variable, value))).containsExactly(part);
        assertThat(changed(requested(true, variable, value), requested(true, variable, value))).isEmpty();
    }

    @Test
    void orderAndEmptyTextsAreNotChanges() {
        assertThat(changed(requested(true), requested(true, "redirectUris", "app://b,https://a.example", "scopeIds", "s2,s1",
            "scopes", "email,profile", "authenticators", "email,sms", "applicationDescription", ""))).isEmpty();
    }

    @Test
    void otherAssignmentsAndTheDefaultPolicyAreIncluded() {
        TakesEffect approved = requested(false);
        assertThat(changed(approved, besides(approved, new Assigned("p0", "Single_Factor", 1)))).containsExactly(Part.ASSIGNMENTS);
        TakesEffect byDefault = new TakesEffect(approved.application(), null, approved.policy(), approved.actions(), 1, List.of(), OTHER);
        assertThat(changed(byDefault, new TakesEffect(approved.application(), null, approved.policy(), approved.actions(), 1, List.of(),
            new SignOnPolicy("p9", "Other", null, true, null)))).containsExactly(Part.DEFAULT_POLICY);
        assertThat(changed(approved, byDefault)).as("was not shown").isEmpty();
    }

    /** They are stored: another version must compute the same. */
    @Test
    void theDigestsOfTheSameDataStayTheSame() {
        TakesEffect data = requested(true, "actionId", "c1");
        assertThat(Digests.of(besides(data, new Assigned("p0", "Single_Factor", 1))).toString()).isEqualTo(String.join(",",
            "application:" + Digests.sha256("""
                {"bundleId":null,"description":null,"enabled":true,"grantTypes":["IMPLICIT"],"id":"a1","name":"Shop",\
                "packageName":null,"redirectUris":["app://b","https://a.example"],"settings":{}}"""),
            "grants:" + Digests.sha256("""
                [{"resource":"r1","scopes":["s1","s2"]}]"""),
            "policy:" + Digests.sha256("""
                {"default":false,"description":null,"id":"p1","name":"Shop_MFA"}"""),
            "actions:" + Digests.sha256("""
                [{"applications":[],"authenticators":["email","sms"],"condition":null,"deviceAuthenticationPolicy":null,"id":"c1",\
                "noDevicesMode":null,"priority":10,"settings":{},"type":"MULTI_FACTOR_AUTHENTICATION"}]"""),
            "assignments:" + Digests.sha256("""
                {"besides":[{"name":"Single_Factor","policy":"p0","priority":1}],"priority":1}""")));
    }

    @Test
    void orderOfAConditionsMembersDoesNotMatter() {
        assertThat(changed(withCondition("{\"a\": 1, \"b\": {\"c\": [1, 2], \"d\": null}}"),
            withCondition("{\"b\":{\"d\":null,\"c\":[1,2]},\"a\":1}"))).isEmpty();
        assertThat(changed(withCondition("{\"c\": [1, 2]}"), withCondition("{\"c\": [2, 1]}"))).containsExactly(Part.ACTIONS);
    }

    @Test
    void enrollingForAnotherApplicationIsAChange() {
        assertThat(changed(requested(true), withAction(true, action -> new Action(action.id(), action.type(), action.priority(),
            action.authenticators(), null, null, null, Set.of("a1"), Map.of())))).isEmpty();
        assertThat(changed(requested(true), withAction(true, action -> new Action(action.id(), action.type(), action.priority(),
            action.authenticators(), null, null, null, Set.of("a1", "a2"), Map.of())))).containsExactly(Part.ACTIONS);
    }

    private static TakesEffect withCondition(String condition) {
        return withAction(false, action -> new Action("c1", "LOGIN", 1, Set.of(Authenticator.SMS), null, null, condition, Set.of(), Map.of()));
    }

    private static TakesEffect withAction(boolean newApplication, UnaryOperator<Action> action) {
        TakesEffect data = requested(newApplication);
        return new TakesEffect(data.application(), data.grants(), data.policy(), List.of(action.apply(data.actions().get(0))), 1, List.of(),
            null);
    }

    @Test
    void signOnNowAndAfterFollowPingOnesOrder() {
        TakesEffect data = requested(true);
        assertThat(InWords.now(data)).isEqualTo("Nobody signs on yet: the application is new.");
        assertThat(InWords.after(data)).isEqualTo("Shop_MFA (priority 1), and nothing else");
        List<Assigned> besides = Assigned.besides("p1", List.of(new Assignment("x", "p7", 9), new Assignment("y", "p1", 1),
            new Assignment("z", "p0", 2)), List.of(OTHER));
        TakesEffect among = besides(data, besides.toArray(Assigned[]::new));
        assertThat(InWords.now(among)).isEqualTo("Single_Factor (priority 2), then the policy p7 (priority 9)");
        assertThat(InWords.after(among)).isEqualTo("Shop_MFA (priority 1), then Single_Factor (priority 2), then the policy p7 (priority 9)");
        assertThat(InWords.after(besides(data, new Assigned("p0", "Single_Factor", 1))))
            .isEqualTo("Shop_MFA or Single_Factor (both priority 1)");
        assertThat(InWords.now(new TakesEffect(data.application(), null, data.policy(), data.actions(), 1, List.of(), OTHER)))
            .isEqualTo("The environment's default policy, which is Single_Factor");
    }

    @Test
    void ordinaryRequestsAreNotMarked() {
        assertThat(SecondLook.marks(requested(true, "scopes", "openid,profile,email",
            "redirectUris", "https://a.example,com.example.app://callback,http://localhost:8080/x,http://127.0.0.1/x,http://[::1]/x")))
            .isEmpty();
        assertThat(SecondLook.marks(besides(requested(true), new Assigned("p0", "Single_Factor", 2)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example/steal", "HTTP://evil.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
        "http://localhost@evil.example", "ftp://a.example", "javascript:alert(1)", "intent://a.example", "view-source://a.example", "https://*.example.com", "//evil.example", "not a uri"})
    void anInterceptableRedirectUriIsMarked(String uri) {
        TakesEffect data = requested(true, "redirectUris", uri);
        assertThat(SecondLook.marks(data)).singleElement().asString().endsWith(uri + ".");
    }

    @ParameterizedTest
    @CsvSource({"PING_ONE_ADMIN_CONSOLE, admin console", "PING_ONE_PORTAL, application portal",
        "PING_ONE_SELF_SERVICE, self-service application"})
    void pingOnesOwnApplicationsAreMarked(String type, String name) {
        assertThat(SecondLook.marks(requested(false, "applicationType", type))).containsExactly(
            "This is PingOne's own %s: whoever cannot sign on with the new policy is locked out of it.".formatted(name));
        assertThat(SecondLook.marks(requested(false, "applicationType", "WEB_APP"))).isEmpty();
    }

    /** The form cannot ask. */
    @Test
    void theApprovalFormHasTheSameWords() throws Exception {
        String form = new String(getClass().getResourceAsStream("/bpmn/approve-assignment.form").readAllBytes(), StandardCharsets.UTF_8);
        for (Authenticator one : Authenticator.values()) {
            assertThat(form).contains("%s: \\\"%s\\\"".formatted(one.member(), InWords.value("authenticators", one.member())));
        }
        for (NoDevicesMode mode : NoDevicesMode.values()) {
            assertThat(form).contains("noDevicesMode = \\\"%s\\\" then \\\"%s\\\"".formatted(mode,
                InWords.value("noDevicesMode", mode.name())));
        }
        assertThat(InWords.value("authenticators", "sms, pigeon")).isEqualTo("Text message, pigeon");
        assertThat(InWords.value("policyName", "sms")).isEqualTo("sms");
    }

    @Test
    void everythingUnusualIsMarked() {
        TakesEffect data = besides(requested(true, "noDevicesMode", "BYPASS", "deviceAuthenticationPolicyId", "d1", "scopes", "profile,address,phone"),
            new Assigned("p0", "Single_Factor", 1));
        assertThat(SecondLook.marks(data)).containsExactly(
            "Priority 1 is taken by Single_Factor: PingOne does not say which of them it tries first.",
            "Users without a device sign on without a second factor (noDevicesMode is BYPASS).",
            "The application may ask for more than the usual scopes (openid, profile, email): address, phone.");
    }

    /** The engine stores strings of at most 4,000 characters. */
    @Test
    void anyDataFromPingOneFitsIntoAVariable() {
        String huge = "x".repeat(100_000);
        List<Assigned> many = new ArrayList<>(Collections.nCopies(100, new Assigned(huge, huge, 1)));
        TakesEffect data = new TakesEffect(new Application("a1", huge, huge, null, true, null, null, Collections.nCopies(100, huge + " *"),
            List.of(), Map.of("settings", huge), null, null, null), List.of(new Granted("r1", Collections.nCopies(100, new Scope("s1", huge)))),
            new SignOnPolicy("p1", huge, huge, false, null), List.of(new Action("c1", huge, 1, Set.of(), huge, "BYPASS", huge, Set.of(huge),
                Map.of("settings", huge))), 1, many, OTHER);
        assertThat(SecondLook.marks(data)).hasSize(4);
        for (String text : List.of(InWords.now(data), InWords.after(data), InWords.changed(Set.of(Part.values()), data),
            String.join("\n", SecondLook.marks(data)), Digests.of(data).toString())) {
            assertThat(text).hasSizeLessThan(3_600);
        }
    }
}
