package org.signonflow.rollout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.signonflow.change.FlowFields;
import org.signonflow.pingone.NativeApplication;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.pingone.Timeouts;
import org.signonflow.sandbox.Sandbox;
import org.springframework.boot.context.properties.bind.Binder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** What a plan says about two sandboxes, and that it does not change them. */
class PlannerTest {

    private static final PlatformLimits STANDARD = new PlatformLimits(1000, 100);
    private static final Map<String, String> NOTHING = Map.of();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static Sandbox sandbox;
    private static Sandbox production;
    private static PingOneEnvironments environments;

    private PingOneClient pingone;
    private int applications;
    private int policies;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", "0"));
        production = Sandbox.start(Map.of("signonflow.sandbox.port", "0"));
        environments = new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT),
            List.of(environment("sandbox", sandbox.uri()), environment("production", production.uri())));
    }

    private static PingOneEnvironment environment(String alias, URI url) {
        return new PingOneEnvironment(alias, url, url, Sandbox.ENVIRONMENT_ID, null, Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET, null);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
        production.close();
    }

    @BeforeEach
    void reset() {
        control(sandbox, "POST", "reset", "");
        control(production, "POST", "reset", "");
        pingone = environments.client("sandbox");
        applications = pingone.listApplications().size();
        policies = pingone.listSignOnPolicies().size();
    }

    private static JsonNode control(Sandbox of, String method, String what, String body) {
        try {
            String reply = HTTP.send(HttpRequest.newBuilder(of.uri().resolve("/sandbox/" + what)).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString()).body();
            return JSON.readTree(reply);
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Planner planner(PlatformLimits limits, CallBudget budget) {
        return new Planner(environments, limits, budget == null ? budget(0, "none", "none") : budget);
    }

    private static List<Request> requests(String csv, String policy, Map<String, String> values) {
        try {
            return new RollOutList(new FlowFields(List.of("production", "sandbox"), true)).read(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
                new Settings("Spring", policy, values));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private Plan plan(String csv, String policy, Map<String, String> values) {
        return planner(STANDARD, null).plan(requests(csv, policy, values), null);
    }

    @Test
    void itReadsAndChangesNothing() {
        JsonNode before = control(sandbox, "GET", "state", "");

        planner(STANDARD, null).plan(requests("applicationName,policyName\nA,P\nB,Q\n", "own", NOTHING), "instance-1");

        List<String> calls = new ArrayList<>();
        for (JsonNode entry : control(sandbox, "GET", "ledger", "")) {
            if (entry.path("externalTransactionId").asString().equals("instance-1")) {
                calls.add(entry.path("method").asString() + " " + entry.path("path").asString().replaceAll(".*/(\\w+)", "$1"));
            }
        }
        assertThat(calls).containsExactlyInAnyOrder("GET applications", "GET signOnPolicies", "GET resources", "GET scopes");
        assertThat(control(sandbox, "GET", "state", "")).isEqualTo(before);
    }

    @Test
    void itCountsExistingAndNewObjects() {
        Plan plan = plan("applicationName,policyName,scopes,environment\nA,P,\"openid, email\",\nB,Q,,\nA,P,,production\n", "own", NOTHING);

        assertThat(plan.problems()).isEmpty();
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.applications()).isEqualTo(3);
        // Two rows are checked by lists before they are assigned, and one by itself; each makes three reads of its own.
        assertThat(plan.calls()).isEqualTo(3 * (5 + 3) + 2 * 4 + 2 + 2);
        assertThat(plan.seconds()).isZero();
        Plan.Environment first = plan.environments().get(0);
        assertThat(first).isEqualTo(new Plan.Environment("sandbox", 2, applications, 1000, 2, policies, 100, 2 * 8 + 4 + 2, first.facts(),
            Map.of()));
        assertThat(plan.environments().get(1)).extracting(Plan.Environment::environment, Plan.Environment::newApplications,
            Plan.Environment::calls).containsExactly("production", 1, 8 + 4 + 2);
        assertThat(applications).isPositive();
        assertThat(policies).isPositive();
    }

    @Test
    void itKnowsTheCallsOfTheRows() {
        EnvironmentLookup facts = plan("applicationName,policyName,scopes\nA,P,\"openid, email\"\nB,Q,\n", "own", NOTHING).environments().get(0).facts();

        String openid = pingone.listResources().stream().filter(resource -> resource.name().equals("openid")).findFirst().orElseThrow().id();
        Map<String, String> scopes = pingone.listScopes(openid).stream()
            .filter(scope -> List.of("openid", "email", "profile").contains(scope.name()))
            .collect(Collectors.toMap(scope -> scope.name(), scope -> scope.id()));
        assertThat(facts).isEqualTo(new EnvironmentLookup("sandbox", openid, scopes, null, facts.policies(), facts.found()));
        assertThat(facts.listPolicies()).extracting(SignOnPolicy::id, SignOnPolicy::name, SignOnPolicy::isDefault)
            .containsExactlyElementsOf(pingone.listSignOnPolicies().stream()
                .map(policy -> tuple(policy.id(), policy.name(), policy.isDefault())).toList());
        assertThat(scopes).hasSize(3);
    }

    @Test
    void aSharedPolicyIsCreatedOnce() {
        Plan plan = plan("applicationName\nA\nB\nC\n", "shared", Map.of("policyName", "All"));

        assertThat(plan.problems()).isEmpty();
        assertThat(plan.applications()).isEqualTo(3);
        assertThat(plan.calls()).isEqualTo(3 * (3 + 2) + 2 + 4 + 3);
        assertThat(plan.environments().get(0).newPolicies()).isEqualTo(1);
    }

    @Test
    void anExistingPolicyIsFoundByItsName() {
        String id = pingone.createSignOnPolicy("There", null).id();
        Plan plan = plan("applicationName\nA\nB\n", "existing", Map.of("policyName", "There"));

        assertThat(plan.problems()).isEmpty();
        assertThat(plan.calls()).isEqualTo(2 * (3 + 2) + 5 + 3);
        assertThat(plan.environments().get(0).newPolicies()).isZero();
        assertThat(plan.environments().get(0).facts().policyId()).isEqualTo(id);

        assertThat(plan("applicationName,environment\nA,production\nB,\n", "existing", Map.of("policyName", "There")).problems())
            .containsExactly(new Problem(0, "policyName", "does not exist in production."));
    }

    @Test
    void existingApplicationsTakeFewerCalls() {
        String id = application("There", null, null);
        String csv = "applicationId,policyName\n" + id + ",P\n";

        Plan own = plan(csv, "own", NOTHING);
        assertThat(own.problems()).isEmpty();
        assertThat(own.calls()).isEqualTo(3 + 2 + 1 + 2 + 2);
        assertThat(own.environments().get(0)).extracting(Plan.Environment::newApplications, Plan.Environment::newPolicies)
            .containsExactly(0, 1);
        assertThat(own.environments().get(0).facts()).extracting(EnvironmentLookup::openidResourceId, EnvironmentLookup::scopeIds, EnvironmentLookup::policyId)
            .containsExactly(null, Map.of(), null);
        assertThat(own.environments().get(0).found().get(2)).containsEntry("applicationName", "There").containsKey("digests");
        assertThat(plan("applicationId\n" + id, "existing", Map.of("policyName", "Single_Factor")).calls()).isEqualTo(1 + 3 + 2 + 3);
        assertThat(plan("applicationId\n" + id, "shared", Map.of("policyName", "All")).calls()).isEqualTo(1 + 2 + 2 + 2 + 3);
    }

    private String application(String name, String bundleId, String packageName) {
        return pingone.createApplication(new NativeApplication(name, null, null, bundleId, packageName, null)).id();
    }

    @Test
    void takenAndMissingObjectsAreReportedByLine() {
        application("A", "com.a", "com.b");
        pingone.createSignOnPolicy("P", null);

        Plan plan = plan("""
            applicationName,policyName,bundleId,packageName,scopes
            A,Q,,,
            B,P,com.b,com.a,phone
            C,R,com.a,,"phone, <nothing>"
            D,S,,com.b,<nothing>
            """, "own", NOTHING);

        assertThat(plan.problems()).containsExactlyInAnyOrder(new Problem(3, "policyName", "is already in use in sandbox."),
            new Problem(4, "bundleId", "is already in use in sandbox."), new Problem(5, "packageName", "is already in use in sandbox."),
            new Problem(4, "scopes", "names ?nothing?, which is not a scope of the resource openid in sandbox."));
        assertThat(plan.warnings()).containsExactly(new Problem(2, "applicationName",
            "is also the name of an existing application in sandbox, which PingOne allows."));
        assertThat(plan.environments().get(0).facts().scopeIds()).containsOnlyKeys("profile", "phone");

        String unknown = "11111111-2222-3333-4444-555555555555";
        assertThat(plan("applicationId,environment\n" + unknown + ",\n" + unknown + ",production", "shared", Map.of("policyName", "P"))
            .problems()).containsExactlyInAnyOrder(new Problem(0, "policyName", "is already in use in sandbox."),
            new Problem(2, "applicationId", "does not exist in sandbox."),
            new Problem(3, "applicationId", "does not exist in production."));
    }

    @Test
    void pingOnesLimitsAreEnforced() {
        assertThat(new Binder().bindOrCreate("signonflow.platform-limits", PlatformLimits.class)).isEqualTo(STANDARD);
        List<Request> three = requests("applicationName,policyName\nA,P\nB,Q\nC,R\n", "own", NOTHING);

        assertThat(planner(new PlatformLimits(applications + 3, policies + 3), null).plan(three, null).problems()).isEmpty();
        assertThat(planner(new PlatformLimits(applications + 2, policies + 2), null).plan(three, null).problems()).containsExactly(
            new Problem(0, null, "sandbox would have %d applications, but PingOne allows only %d.".formatted(applications + 3,
                applications + 2)),
            new Problem(0, null, "sandbox would have %d sign-on policies, but PingOne allows only %d.".formatted(policies + 3,
                policies + 2)));
        assertThat(planner(new PlatformLimits(0, 0), null).plan(requests("applicationId\n" + application("There", null, null), "existing",
            Map.of("policyName", "Single_Factor")), null).problems()).as("there are too many already, but none is added").isEmpty();
    }

    @Test
    void theQuotaDeterminesTheMinimumDuration() {
        List<Request> requests = requests("applicationName,policyName,environment\nA,P,\nB,Q,\nA,P,production\n", "own", NOTHING);

        assertThat(planner(STANDARD, budget(60, "licence", "licence")).plan(requests, null).seconds()).isEqualTo(22 + 14);
        assertThat(planner(STANDARD, budget(60, "one", "another")).plan(requests, null).seconds()).isEqualTo(22);
        assertThat(planner(STANDARD, budget(600, "one", "another")).plan(requests, null).seconds()).as("rounded up").isEqualTo(3);
        assertThat(planner(STANDARD, budget(0, "one", "another")).plan(requests, null).seconds()).isZero();
    }

    private static CallBudget budget(double perMinute, String sandbox, String production) {
        return new CallBudget() {
            @Override
            public double perMinute(String environment) {
                return perMinute;
            }

            @Override
            public String of(String environment) {
                return environment.equals("sandbox") ? sandbox : production;
            }

            @Override
            public void spent(String environment, int calls) {
                // QuotaTest covers the effect.
            }
        };
    }

    @Test
    void itIsReadableForPeopleAndPrograms() {
        application("A", null, null);
        Plan plan = planner(STANDARD, budget(1, "licence", "licence")).plan(
            requests("applicationName,policyName\nA,P\nB,Single_Factor\n", "own", NOTHING), null);

        assertThat(plan.summary()).isEqualTo("""
            2 applications, 22 calls, at least 22 minutes under PingOne's quota.
            sandbox: 2 new applications (PingOne has %d of at most 1,000); 2 new sign-on policies (PingOne has %d of at most 100); 22 calls.
            Blocking problems:
            Line 3, policyName: is already in use in sandbox.
            Warnings:
            Line 2, applicationName: is also the name of an existing application in sandbox, which PingOne allows."""
            .formatted(applications + 1, policies));
        JsonNode json = JSON.valueToTree(plan);
        assertThat(json.get("calls").asInt()).isEqualTo(22);
        assertThat(json.at("/environments/0").has("facts")).isFalse();
        assertThat(json.at("/environments/0/newApplications").asInt()).isEqualTo(2);
        assertThat(json.at("/problems/0/line").asInt()).isEqualTo(3);
        assertThat(json.get("summary").asString()).isEqualTo(plan.summary());
    }

    @Test
    void itsSummaryIsBounded() {
        List<Problem> problems = IntStream.range(0, 1_000).mapToObj(i -> new Problem(i, "field", "x".repeat(1_000))).toList();
        Plan plan = new Plan(10_000, 50_000, 5_001, List.of(), problems, 7, problems, 0);

        assertThat(plan.summary()).hasSize(3_500).startsWith("10,000 applications, 50,000 calls, at least 84 minutes").endsWith("…");
        assertThat(new Plan(1, 1, 90, List.of(), List.of(), 0, problems.subList(0, 1), 10).summary()).hasLineCount(4)
            .startsWith("1 application, 1 call, at least 90 seconds").endsWith("And 10 more.");
    }

    @Test
    void pingOnesErrorsArePropagated() {
        control(sandbox, "POST", "faults", "{\"method\": \"GET\", \"path\": \"/signOnPolicies\", \"effect\": \"status\", \"status\": 503}");

        assertThatThrownBy(() -> plan("applicationName,policyName\nA,P\n", "own", NOTHING)).isInstanceOf(PingOneException.class)
            .hasMessageContaining("503");
    }

    @Test
    void anEnvironmentWithoutTheOpenidResourceIsReported() throws IOException {
        try (MockWebServer bare = new MockWebServer()) {
            bare.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    return new MockResponse.Builder().code(200).body(request.getTarget().endsWith("/as/token")
                        ? "{\"access_token\": \"t\", \"expires_in\": 3600}" : "{\"size\": 0}").build();
                }
            });
            bare.start();
            PingOneEnvironments one = new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT),
                List.of(environment("sandbox", bare.url("/").uri())));
            Plan plan = new Planner(one, STANDARD, budget(0, "none", "none"))
                .plan(requests("applicationName,policyName\nA,P\nB,Q\n", "own", NOTHING), null);

            assertThat(plan.problems()).containsExactly(new Problem(0, "scopes",
                "cannot be granted in sandbox, which has no resource named openid."));
        }
    }
}
