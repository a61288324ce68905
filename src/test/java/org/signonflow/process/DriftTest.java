package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Changes;
import org.signonflow.change.Check;
import org.signonflow.change.Checks;
import org.signonflow.change.DriftState;
import org.signonflow.change.Drifted;
import org.signonflow.change.Finding;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.signonflow.harness.SandboxControl.Request;
import org.signonflow.pingone.PingOneException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.util.ReflectionTestUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** What comparing completed changes with PingOne finds, in which way, and by how many calls. */
@TestPropertySource(properties = {"signonflow.quota.calls-per-minute=0"})
class DriftTest extends FlowTest {

    private static final int SOME = 20;

    private static final ChangeFilter HERE = new ChangeFilter(null, null, "sandbox", null, null, null, null, null, null, null);

    @Autowired
    private Changes changes;
    @Autowired
    private Checks checks;
    @Autowired
    private ChangeEngine actions;
    @Autowired
    private Timeline timeline;
    @Autowired
    private ApplicationContext context;

    @BeforeEach
    void leaveOutThoseOfOtherTests(@Autowired JdbcClient jdbc) {
        jdbc.sql("update signonflow_change set environment = 'elsewhere', drift = null, check_failed_at = null").update();
        jdbc.sql("delete from signonflow_check_lease").update();
    }

    private ProcessInstance completed(String key, Map<String, Object> variables) {
        ProcessInstance instance = runtime.startProcessInstanceByKey(key, with(variables, "approvalRequired", false));
        run(instance);
        assertEnded(instance, "COMPLETED");
        return instance;
    }

    private ProcessInstance completedMfa() {
        return completed("configure-mfa-sign-on", Map.of("applicationName", "Banking app", "policyName", "MFA_UseCase",
            "policyDescription", "As requested", "redirectUris", "https://www.example.com/a,https://www.example.com/b",
            "bundleId", "com.example.banking"));
    }

    private ProcessInstance completedPasswordless(Object... more) {
        return completed("configure-passwordless-sign-on", with(Map.of("applicationId", existing(), "policyName", "Passwordless_UseCase",
            "policyDescription", "As requested"), more));
    }

    private String existing() {
        return before.get("applications").first();
    }

    /** The timer's run over all that was not compared since now. */
    private void checkAll() {
        ReflectionTestUtils.invokeMethod(context.getBean("driftCheck"), "run", "sandbox", now().plusMillis(1));
    }

    private Change change(ProcessInstance instance) {
        return changes.find(instance.getId()).orElseThrow();
    }

    private Check check(ProcessInstance instance) {
        return change(instance).check();
    }

    private List<String> findings(ProcessInstance instance) {
        return check(instance).findings().stream().map(Finding::toString).toList();
    }

    private String id(ProcessInstance instance, String variable) {
        return (String) variable(instance, variable);
    }

    private String assign(String application, String policy, int priority) {
        return sandbox.pingOne("POST", "/applications/" + application + "/signOnPolicyAssignments",
            "{\"priority\": %d, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(priority, policy)).get("id").asString();
    }

    /** The calls made since a number of them, without tokens. */
    private List<Request> calls(int since) {
        return sandbox.ledger().stream().skip(since).filter(request -> request.instanceId() == null && request.method().equals("GET"))
            .toList();
    }

    private String assignment(ProcessInstance instance) {
        return "/applications/%s/signOnPolicyAssignments/%s".formatted(id(instance, "applicationId"), id(instance, "assignmentId"));
    }

    @Test
    void nothingIsFoundWhereNothingWasChanged() {
        for (int i = 0; i < SOME; i++) {
            completed("configure-mfa-sign-on", Map.of("applicationName", "App " + i, "policyName", "Policy_" + i));
        }
        completedPasswordless("assignmentPriority", 7);
        rollOut(5, "shared");
        rollOut(5, "own");
        int all = SOME + 1 + 6 + 5;
        int before = sandbox.ledger().size();
        checkAll();
        List<Change> found = changes.list(HERE, null, 100);
        assertThat(found).hasSize(all).allSatisfy(change -> {
            assertThat(change.check().drift()).as(change.policyName() + change.check()).isEqualTo(DriftState.UNCHANGED);
            assertThat(change.check().foundAt()).isNull();
        });
        assertThat(changes.list(HERE.with(Drifted.UNCHANGED), null, 100)).hasSize(all);
        assertThat(changes.list(HERE.with(Drifted.DRIFTED), null, 100)).isEmpty();
        // Two lists, then grants, actions and assignments of each; the shared policy's actions once.
        int calls = calls(before).size();
        System.out.printf("%d changes took %d calls, or %.0f per 100.%n", all, calls, 100.0 * calls / all);
        assertThat(calls).isEqualTo(2 + 3 * SOME + 2 + 1 + 5 * 2 + 5 * 3);
    }

    private void rollOut(int rows, String policy) {
        boolean own = policy.equals("own");
        String list = IntStream.range(0, rows).mapToObj(row -> "Row %s %d%s\n".formatted(policy, row, own ? ",Row_" + row : ""))
            .collect(Collectors.joining("", own ? "applicationName,policyName\n" : "applicationName\n", ""));
        Map<String, Object> settings = Map.of("name", policy, "policy", policy, "list",
            Variables.fileValue("list.csv").file(list.getBytes(StandardCharsets.UTF_8)).create());
        ProcessInstance rollOut = runtime.startProcessInstanceByKey("roll-out-sign-on", policy,
            own ? settings : with(settings, "policyName", "Shared"));
        runUntilNothingIsDue();
        tasks.complete(task(rollOut).getId(), Map.of("decision", "approve"));
        runUntilNothingIsDue();
        assertEnded(rollOut, "COMPLETED");
    }

    private void runUntilNothingIsDue() {
        for (int round = 0; round < 1_000; round++) {
            var due = management.createJobQuery().messages().withRetriesLeft().list();
            if (due.isEmpty()) {
                return;
            }
            due.forEach(this::execute);
        }
        throw new AssertionError("Jobs are still due.");
    }

    @Test
    void findsWhichMemberWasChangedAndWhenItIsChangedBack() {
        ProcessInstance mfa = completedMfa();
        checkAll();
        assertThat(check(mfa).drift()).isEqualTo(DriftState.UNCHANGED);
        Instant changedAt = change(mfa).changedAt();
        String application = "/applications/" + id(mfa, "applicationId");
        sandbox.change(application, "redirectUris", List.of("https://www.example.com/b", "https://www.example.com/c"));
        sandbox.change("/signOnPolicies/" + id(mfa, "policyId"), "description", "\u202eBy others");
        checkAll();
        assertThat(findings(mfa)).containsExactly(
            "application Banking app (%s): redirectUris is [\"https://www.example.com/b\",\"https://www.example.com/c\"], was %s".formatted(
                id(mfa, "applicationId"), "[\"https://www.example.com/a\",\"https://www.example.com/b\"]"),
            "sign-on policy MFA_UseCase (%s): description is \"?By others\", was \"As requested\"".formatted(id(mfa, "policyId")));
        assertThat(check(mfa).drift()).isEqualTo(DriftState.CHANGED);
        assertThat(change(mfa).changedAt()).as("for who reads the audit").isAfter(changedAt);
        assertThat(changes.list(HERE.with(Drifted.CHANGED), null, 10)).extracting(Change::id).containsExactly(mfa.getId());
        assertThat(checks.count(null)).isEqualTo(Map.of(DriftState.CHANGED, 1));
        assertThat(checks.count("requester")).isEmpty();

        Instant foundAt = check(mfa).foundAt();
        changedAt = change(mfa).changedAt();
        checkAll();
        assertThat(check(mfa).foundAt()).as("the same as before").isEqualTo(foundAt);
        assertThat(change(mfa).changedAt()).isEqualTo(changedAt);

        sandbox.change(application, "redirectUris", List.of("https://www.example.com/b", "https://www.example.com/a"));
        sandbox.change("/signOnPolicies/" + id(mfa, "policyId"), "description", "As requested");
        actions.check(change(mfa));
        assertThat(check(mfa).drift()).isEqualTo(DriftState.UNCHANGED);
        assertThat(check(mfa).goneAt()).isAfterOrEqualTo(foundAt);
        assertThat(checks.count(null)).isEmpty();
        assertThat(timeline.of(change(mfa), Map.of())).extracting(TimelineEvent::type)
            .endsWith(TimelineEvent.Type.DRIFT_FOUND, TimelineEvent.Type.DRIFT_GONE);
    }

    @Test
    void findsChangedActionsAndGrants() {
        ProcessInstance mfa = completedMfa();
        sandbox.change("/signOnPolicies/%s/actions/%s".formatted(id(mfa, "policyId"), id(mfa, "actionId")), "authenticator",
            Map.of("enabled", false));
        sandbox.change("/applications/%s/grants/%s".formatted(id(mfa, "applicationId"), id(mfa, "grantId")), "scopes",
            sandbox.pingOne("GET", "/resources/" + id(mfa, "openidResourceId") + "/scopes", "").at("/_embedded/scopes").valueStream()
                .limit(2).map(scope -> Map.of("id", scope.get("id").asString())).toList());
        actions.check(change(mfa));
        assertThat(check(mfa).findings()).extracting(Finding::object, Finding::member).containsExactly(
            tuple("grant of resource openid", "scopes"),
            tuple("MFA action", "authenticator.enabled"));
    }

    @Test
    void findsALaterPriority() {
        ProcessInstance mfa = completedMfa();
        sandbox.change(assignment(mfa), "priority", 5);
        checkAll();
        assertThat(check(mfa).drift()).isEqualTo(DriftState.WEAKENED);
        assertThat(findings(mfa)).containsExactly("sign-on policy assignment (%s): priority is 5, was 1"
            .formatted(id(mfa, "assignmentId")));
    }

    @Test
    void anEarlierPriorityIsAChange() {
        ProcessInstance passwordless = completedPasswordless("assignmentPriority", 3);
        sandbox.change(assignment(passwordless), "priority", 2);
        checkAll();
        assertThat(check(passwordless).drift()).isEqualTo(DriftState.CHANGED);
    }

    @Test
    void findsAnotherPolicyBeforeItAndNamesTheChangeThatAssignedIt() {
        String stranger = sandbox.pingOne("POST", "/signOnPolicies", "{\"name\": \"Stranger\"}").get("id").asString();
        sandbox.pingOne("POST", "/signOnPolicies/" + stranger + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
        assign(existing(), stranger, 2);
        ProcessInstance waits = runtime.startProcessInstanceByKey("configure-passwordless-sign-on", Map.of("applicationId", existing(),
            "policyName", "Passwordless_UseCase", "assignmentPriority", 3));
        run(waits);
        decide(waits, "approve", "ok");
        run(waits);
        assertEnded(waits, "COMPLETED");
        checkAll();
        assertThat(check(waits).drift()).as("the other was there before, and approved").isEqualTo(DriftState.UNCHANGED);

        String late = sandbox.pingOne("POST", "/signOnPolicies", "{\"name\": \"Late\"}").get("id").asString();
        sandbox.pingOne("POST", "/signOnPolicies/" + late + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
        assign(existing(), late, 3);
        ProcessInstance ours = completed("configure-passwordless-sign-on", Map.of("applicationId", existing(), "policyName", "Ours",
            "assignmentPriority", 1));
        checkAll();
        assertThat(check(waits).drift()).isEqualTo(DriftState.WEAKENED);
        assertThat(findings(waits)).containsExactly(
            "sign-on policy assignment (%s): Ours (priority 1) is tried before it, by the change %s".formatted(id(waits, "assignmentId"),
                ours.getId()),
            "sign-on policy assignment (%s): Late (priority 3) is tried as soon".formatted(id(waits, "assignmentId")));
        assertThat(check(waits).findings().get(0).change()).isEqualTo(ours.getId());
        assertThat(check(ours).drift()).isEqualTo(DriftState.UNCHANGED);
    }

    @Test
    void whatWasNotRecordedIsTakenAsFoundExceptWhatOursAssignedLater() {
        ProcessInstance first = completedPasswordless("assignmentPriority", 4);
        String stranger = sandbox.pingOne("POST", "/signOnPolicies", "{\"name\": \"Stranger\"}").get("id").asString();
        sandbox.pingOne("POST", "/signOnPolicies/" + stranger + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
        assign(existing(), stranger, 2);
        ProcessInstance ours = completed("configure-passwordless-sign-on", Map.of("applicationId", existing(), "policyName", "Ours",
            "assignmentPriority", 1));
        assertThat(checks.besides(first.getId())).isEmpty();
        checkAll();
        assertThat(check(first).findings()).extracting(Finding::change).containsExactly(ours.getId());
    }

    @ParameterizedTest
    @CsvSource({"true, application Banking app", "false, application Banking app"})
    void findsAGoneApplication(boolean byTimer, String object) {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", "/applications/" + id(mfa, "applicationId"), "");
        assertThat(foundGone(mfa, byTimer)).containsExactly("%s (%s) is gone".formatted(object, id(mfa, "applicationId")));
    }

    private List<String> foundGone(ProcessInstance instance, boolean byTimer) {
        pass(Duration.ofMinutes(3));
        if (byTimer) {
            checkAll();
        } else {
            actions.check(change(instance));
        }
        assertThat(check(instance).drift()).as(check(instance).toString()).isEqualTo(DriftState.GONE);
        return findings(instance);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsAGonePolicyWithItsAssignment(boolean byTimer) {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", "/signOnPolicies/" + id(mfa, "policyId"), "");
        assertThat(foundGone(mfa, byTimer)).containsExactly("sign-on policy MFA_UseCase (%s) is gone".formatted(id(mfa, "policyId")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsAGoneAssignmentAndGrant(boolean byTimer) {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", assignment(mfa), "");
        sandbox.pingOne("DELETE", "/applications/%s/grants/%s".formatted(id(mfa, "applicationId"), id(mfa, "grantId")), "");
        assertThat(foundGone(mfa, byTimer)).containsExactly("grant of resource openid (%s) is gone".formatted(id(mfa, "grantId")),
            "sign-on policy assignment (%s) is gone".formatted(id(mfa, "assignmentId")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsTheAssignmentGoneWithAnExistingApplicationWhichIsNotComparedItself(boolean byTimer) {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Theirs", "enabled": true, "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
            "responseTypes": ["CODE"], "redirectUris": ["https://www.example.com"], "tokenEndpointAuthMethod": "NONE"}""")
            .get("id").asString();
        ProcessInstance passwordless = completedPasswordless("applicationId", application);
        sandbox.change("/applications/" + application, "description", "Not ours to compare");
        checkAll();
        assertThat(check(passwordless).drift()).isEqualTo(DriftState.UNCHANGED);
        sandbox.pingOne("DELETE", "/applications/" + application, "");
        assertThat(foundGone(passwordless, byTimer)).containsExactly("sign-on policy assignment (%s) is gone".formatted(
            id(passwordless, "assignmentId")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsThatUsersWithoutADeviceAreLetPassAndWhatElseWasAdded(boolean byTimer) {
        ProcessInstance mfa = completedMfa();
        String actions = "/signOnPolicies/" + id(mfa, "policyId") + "/actions";
        sandbox.change(actions + "/" + id(mfa, "actionId"), "noDevicesMode", "BLOCK");
        checkAll();
        assertThat(check(mfa).drift()).as("PingOne's default").isEqualTo(DriftState.UNCHANGED);
        sandbox.change(actions + "/" + id(mfa, "actionId"), "noDevicesMode", "BYPASS");
        sandbox.change("/applications/" + id(mfa, "applicationId"), "postLogoutRedirectUris", List.of("https://other.example"));
        String added = sandbox.pingOne("POST", actions, "{\"type\": \"LOGIN\", \"priority\": 20}").get("id").asString();
        pass(Duration.ofMinutes(3));
        if (byTimer) {
            checkAll();
        } else {
            this.actions.check(change(mfa));
        }
        assertThat(findings(mfa)).containsExactlyInAnyOrder(
            "application Banking app (%s): postLogoutRedirectUris is [\"https://other.example\"], was null".formatted(id(mfa, "applicationId")),
            "sign-on policy MFA_UseCase (%s): has another action, LOGIN (%s)".formatted(id(mfa, "policyId"), added),
            "MFA action (%s): noDevicesMode is \"BYPASS\", was null".formatted(id(mfa, "actionId")));
    }

    @Test
    void whatWasOnlyJustCreatedIsNotFoundGone() {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", "/applications/" + id(mfa, "applicationId"), "");
        checkAll();
        assertThat(check(mfa).drift()).isNull();
        assertThat(check(mfa).failure()).matches(
            "PingOne does not show all of what was created only just. Check again from \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z on.");
        assertThat(changes.list(HERE.with(Drifted.FAILED), null, 10)).hasSize(1);
    }

    @Test
    void anUndoUnderWayIsNamedAndAnUndoneChangeIsNotCompared() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", mfa.getId()));
        run(undo);
        sandbox.fault("{'method': 'DELETE', 'path': '/signOnPolicies/*', 'effect': 'status', 'status': 403, 'times': 9}");
        decide(undo, "approve", "As agreed");
        run(undo);
        actions.check(change(mfa));
        assertThat(findings(mfa)).containsExactly("sign-on policy assignment (%s) is gone, by the change %s".formatted(
            id(mfa, "assignmentId"), undo.getId()));
        sandbox.clearFaults();
        runThroughRetries(undo);
        if (incident(undo) != null) {
            management.setJobRetries(job(undo).getId(), 1);
            runThroughRetries(undo);
        }
        assertEnded(undo, "COMPLETED");
        assertThat(checks.count(null)).isEmpty();
        assertThat(changes.list(HERE.with(Drifted.DRIFTED), null, 10)).isEmpty();
        assertThatThrownBy(() -> actions.check(change(mfa))).isInstanceOf(ChangeEngine.NotPossibleException.class);
        assertThatThrownBy(() -> actions.check(change(undo))).isInstanceOf(ChangeEngine.NotPossibleException.class);
        int before = sandbox.ledger().size();
        checkAll();
        assertThat(calls(before)).isEmpty();
    }

    @Test
    void aRefusedReadFailsThatChangeAloneAndKeepsWhatWasFound() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance passwordless = completedPasswordless();
        sandbox.change(assignment(mfa), "priority", 5);
        checkAll();
        sandbox.fault("{'method': 'GET', 'path': '/applications/%s/grants', 'effect': 'status', 'status': 403, 'code': 'REQUEST_FAILED', "
            + "'times': 9}", id(mfa, "applicationId"));
        checkAll();
        assertThat(check(mfa).failure()).contains("/grants");
        assertThat(check(mfa).drift()).isEqualTo(DriftState.WEAKENED);
        assertThat(check(passwordless).drift()).isEqualTo(DriftState.UNCHANGED);
        assertThat(check(passwordless).failedAt()).isNull();
        assertThatThrownBy(() -> actions.check(change(mfa))).isInstanceOf(PingOneException.class);
        int before = sandbox.ledger().size();
        checkAll();
        assertThat(calls(before)).as("not tried again for an hour").noneMatch(call -> call.path().endsWith("/grants"));
        sandbox.clearFaults();
        pass(Duration.ofMinutes(61));
        checkAll();
        assertThat(check(mfa).failedAt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'effect': 'delay', 'delayMillis': 3000", "'effect': 'status', 'status': 503", "'effect': 'drop'",
        "'effect': 'garble'", "'effect': 'status', 'status': 401"})
    void anEnvironmentThatDoesNotAnswerIsGivenUpAndSaidSo(String effect) {
        for (int i = 0; i < 6; i++) {
            completed("configure-mfa-sign-on", Map.of("applicationName", "App " + i, "policyName", "Policy_" + i));
        }
        sandbox.fault("{'method': 'GET', 'path': '/signOnPolicies/*/actions', " + effect + ", 'times': 99}");
        int before = sandbox.ledger().size();
        checkAll();
        assertThat(changes.list(HERE, null, 100)).hasSize(6).allSatisfy(change -> {
            assertThat(change.check().drift()).isNull();
            assertThat(change.check().failure()).isNotBlank();
        });
        assertThat(changes.list(HERE.with(Drifted.FAILED), null, 100)).hasSize(6);
        assertThat(changes.list(HERE.with(Drifted.UNCHANGED), null, 100)).isEmpty();
        assertThat(calls(before).stream().filter(call -> call.path().endsWith("/actions")).count()).as("not once for each").isLessThan(9);
    }

    @Test
    void aRunGoesOnWhereAnotherWasBrokenOffAndOnlyOneNodeRuns(@Autowired JdbcClient jdbc) {
        ProcessInstance one = completed("configure-mfa-sign-on", Map.of("applicationName", "One", "policyName", "One"));
        ProcessInstance two = completed("configure-mfa-sign-on", Map.of("applicationName", "Two", "policyName", "Two"));
        Instant since = now();
        ReflectionTestUtils.invokeMethod(context.getBean("driftCheck"), "run", "sandbox", since);
        jdbc.sql("update signonflow_change set checked_at = null, drift = null where id = :id").param("id", two.getId()).update();
        assertThat(checks.lease("sandbox", "another", Duration.ofMinutes(1))).isTrue();
        int before = sandbox.ledger().size();
        ReflectionTestUtils.invokeMethod(context.getBean("driftCheck"), "run", "sandbox", since);
        assertThat(calls(before)).as("another node does").isEmpty();
        pass(Duration.ofMinutes(2));
        ReflectionTestUtils.invokeMethod(context.getBean("driftCheck"), "run", "sandbox", since);
        assertThat(calls(before)).as("once it has died: two lists, and what is left").hasSize(2 + 3);
        assertThat(check(two).drift()).isEqualTo(DriftState.UNCHANGED);
        assertThat(check(one).drift()).isEqualTo(DriftState.UNCHANGED);
    }

    @Test
    void nothingIsSaidToBeUnchangedThatTheJournalDoesNotKnow(@Autowired JdbcClient jdbc) {
        ProcessInstance mfa = completedMfa();
        jdbc.sql("update signonflow_journal_detail set parent_id = null").update();
        checkAll();
        assertThat(check(mfa).failure()).isEqualTo("An earlier version did not record where it created the grant of resource openid.");
        jdbc.sql("delete from signonflow_journal_detail").update();
        jdbc.sql("delete from signonflow_journal").update();
        assertThatThrownBy(() -> actions.check(change(mfa))).isInstanceOf(ChangeEngine.NotPossibleException.class)
            .hasMessage("The journal has no record of what the change created.");
        assertThat(check(mfa).drift()).isNull();
    }
}
