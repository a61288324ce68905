package org.signonflow.security;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.annotation.Autowired;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Only an approver at that moment may decide, and nobody who may be acting for the requester. */
class WhoMayDecideTest extends RunningApp {

    private static final String NOT_IN_THE_GROUP = "Only approvers may decide or comment.";

    @Autowired
    AuthorizationService authorizations;

    @AfterEach
    void forgetPeople() {
        identities.createUserQuery().list().stream().map(User::getId).filter(user -> !USERS.contains(user)).forEach(user -> {
            authorizations.createAuthorizationQuery().userIdIn(user).list()
                .forEach(grant -> authorizations.deleteAuthorization(grant.getId()));
            identities.deleteUser(user);
        });
    }

    /** An administrator creates an account, over REST as Admin does. */
    private void createUser(String by, String user, String... groups) {
        does(by, "POST", "/user/create", """
            {"profile": {"id": "%1$s", "firstName": "F", "lastName": "L"}, "credentials": {"password": "%1$s-sandbox"}}""".formatted(user));
        for (String group : groups) {
            addToGroup(by, user, group);
        }
    }

    private void addToGroup(String by, String user, String group) {
        does(by, "PUT", "/group/" + group + "/members/" + user, "{}");
    }

    private void setPassword(String by, String user) {
        does(by, "PUT", "/user/" + user + "/credentials",
            "{\"password\": \"%s-sandbox\", \"authenticatedUserPassword\": \"%s-sandbox\"}".formatted(user, by));
    }

    private void does(String who, String method, String path, String body) {
        Answer answer = rest(who).call(method, Caller.REST + path, body);
        assertThat(answer.isSuccess()).as("%s %s: %s", method, path, answer).isTrue();
    }

    private static String complete(Task task) {
        return "/task/" + task.getId() + "/complete";
    }

    private Answer approve(String user, Task task) {
        return rest(user).call("POST", Caller.REST + complete(task), APPROVE);
    }

    private void assertRefused(Answer answer, String sentence) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(403);
        assertThat(answer.json().get("message").asString()).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource({"complete, /engine-rest", "submit-form, /engine-rest", "complete, /engine-rest/engine/default",
        "complete, /camunda/api/engine/engine/default", "submit-form, /camunda/api/engine/engine/default"})
    void aRemovedApproverCanNoLongerDecide(String call, String api) {
        user("leaver", Roles.APPROVERS);
        Task task = waiting("requester", "App", "Policy");
        Caller leaver = api.equals(Caller.WEB) ? Caller.web(port, "leaver") : rest("leaver");
        String path = api + "/task/" + task.getId();
        assertThat(leaver.call("POST", path + "/claim", "{\"userId\": \"leaver\"}").status()).isEqualTo(204);
        assertThat(authorizations.createAuthorizationQuery().userIdIn("leaver").resourceId(task.getId()).count())
            .as("personal authorizations, which would outlive the group membership").isZero();
        identities.deleteMembership("leaver", Roles.APPROVERS);
        Answer answer = leaver.call("POST", path + "/" + call, APPROVE);
        System.out.println("Removed approver, " + api + " " + call + ": " + answer.status() + " " + answer.body());
        assertThat(answer.status()).as(answer.body()).isEqualTo(403);
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).isEqualTo(1);
        assertThat(approve("approver", task).status()).as("nobody has to unclaim it first").isEqualTo(204);
    }

    /** Authorizations given to a person instead of the group are not enough to decide. */
    @Test
    void noAuthorizationReplacesTheGroup() {
        user("friend", Roles.OPERATORS);
        var grant = authorizations.createNewAuthorization(1);
        grant.setUserId("friend");
        grant.setResource(org.camunda.bpm.engine.authorization.Resources.TASK);
        grant.setResourceId("*");
        grant.addPermission(org.camunda.bpm.engine.authorization.Permissions.ALL);
        authorizations.saveAuthorization(grant);
        Task task = waiting("requester", "App", "Policy");
        assertRefused(rest("friend").call("POST", "/engine-rest/task/" + task.getId() + "/claim", "{\"userId\": \"friend\"}"),
            NOT_IN_THE_GROUP);
        assertRefused(approve("friend", task), NOT_IN_THE_GROUP);
    }

    @Test
    void anAdministratorIsNotAnApprover() {
        Task task = waiting("requester", "App", "Policy");
        Answer answer = approve("admin", task);
        System.out.println("Administrator approves: " + answer.status() + " " + answer.body());
        assertRefused(answer, NOT_IN_THE_GROUP);
        assertRefused(rest("admin").call("POST", "/engine-rest/task/" + task.getId() + "/claim", "{\"userId\": \"admin\"}"),
            NOT_IN_THE_GROUP);
        user("both", Roles.APPROVERS, Roles.ADMINISTRATORS);
        assertThat(approve("both", task).status()).as("unless he is in the group").isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void anAdministratorAloneCannotGetAnythingApproved(String when) {
        if (when.equals("before")) {
            createUser("admin", "puppet", Roles.APPROVERS);
        }
        Task task = waiting("admin", "App", "Policy");
        if (when.equals("after")) {
            createUser("admin", "puppet", Roles.APPROVERS);
        }
        Answer answer = approve("puppet", task);
        System.out.println("Administrator alone, account made " + when + ": " + answer.status() + " " + answer.body());
        assertRefused(answer, "admin created your account or set its password; someone else must decide on this request.");
        assertThat(approve("approver", task).status()).isEqualTo(204);
    }

    @Test
    void anApproverAppointedByTheRequesterCannotApprove() {
        user("friend");
        addToGroup("admin", "friend", Roles.APPROVERS);
        Task task = waiting("admin", "App", "Policy");
        assertRefused(approve("friend", task), "admin made you an approver; someone else must decide on this request.");
        Task others = waiting("requester", "Other app", "Other");
        assertThat(approve("friend", others).status()).as("requests by others").isEqualTo(204);
        user("admin2", Roles.ADMINISTRATORS);
        does("admin2", "DELETE", "/group/sign-on-approvers/members/friend", null);
        addToGroup("admin2", "friend", Roles.APPROVERS);
        assertThat(approve("friend", task).status()).as("appointed again by somebody else since").isEqualTo(204);
    }

    @Test
    void anApproverWhosePasswordTheRequesterSetCannotApprove() {
        user("victim", Roles.APPROVERS);
        user("admin2", Roles.ADMINISTRATORS);
        Task task = waiting("admin", "App", "Policy");
        does("admin", "PUT", "/user/victim/profile", "{\"id\": \"victim\", \"firstName\": \"A\", \"lastName\": \"B\"}");
        setPassword("admin", "victim");
        Answer answer = approve("victim", task);
        System.out.println("Approver whose password the requester has reset: " + answer.status() + " " + answer.body());
        String sentence = "admin created your account or set its password; someone else must decide on this request.";
        assertRefused(answer, sentence);
        setPassword("victim", "victim");
        assertRefused(approve("victim", task), sentence);
        setPassword("admin2", "victim");
        assertRefused(approve("victim", task), "admin changed your account after making this request; someone else must "
            + "decide on this request.");
        assertThat(approve("victim", waiting("admin", "Next app", "Next")).status()).as("asked after that").isEqualTo(204);
    }

    /** Whoever set the requester's password may know it, too. */
    @Test
    void whoeverControlsTheRequestersAccountCannotApprove() {
        user("both", Roles.APPROVERS, Roles.ADMINISTRATORS);
        createUser("both", "puppet", Roles.REQUESTERS);
        Task task = waiting("puppet", "App", "Policy");
        Answer answer = approve("both", task);
        System.out.println("Approver who created the requester: " + answer.status() + " " + answer.body());
        assertRefused(answer,
            "You created the account of puppet or set its password; someone else must decide on this request.");
        assertThat(approve("approver", task).status()).isEqualTo(204);
    }

    @Test
    void goingThroughOtherAccountsDoesNotHelp() {
        createUser("admin", "puppet1", Roles.ADMINISTRATORS);
        createUser("puppet1", "puppet2", Roles.ADMINISTRATORS);
        user("friend");
        addToGroup("puppet2", "friend", Roles.APPROVERS);
        createUser("puppet2", "puppet3");
        user("admin2", Roles.ADMINISTRATORS);
        addToGroup("admin2", "puppet3", Roles.APPROVERS);
        Task task = waiting("admin", "App", "Policy");
        assertRefused(approve("friend", task), "puppet2, an account that admin may control, made you an approver; "
            + "someone else must decide on this request.");
        assertRefused(approve("puppet3", task), "admin created your account or set its password; "
            + "someone else must decide on this request.");
    }

    @Test
    void accountsThatCreateEachOtherCountAsCreators() {
        createUser("admin", "ring1", Roles.ADMINISTRATORS);
        createUser("ring1", "ring2", Roles.ADMINISTRATORS);
        setPassword("ring2", "ring1");
        createUser("ring1", "approver1", Roles.APPROVERS);
        Task task = waiting("admin", "App", "Policy");
        assertRefused(approve("approver1", task), "admin created your account or set its password; someone else must decide on this "
            + "request.");
        assertThat(approve("approver1", waiting("requester", "Other app", "Other")).status()).as("what others ask for").isEqualTo(204);
    }

    @Test
    void aLongChainOfAccountsDoesNotHelp() {
        String last = "admin";
        for (int i = 0; i < 12; i++) {
            createUser(last, "chain" + i, Roles.ADMINISTRATORS);
            last = "chain" + i;
        }
        createUser(last, "approver2", Roles.APPROVERS);
        assertRefused(approve("approver2", waiting("admin", "App", "Policy")), "admin created your account or set its password; "
            + "someone else must decide on this request.");
    }

    @Test
    void noOperationIsHiddenByManyOthers() {
        createUser("admin", "approver3", Roles.APPROVERS);
        String profile = "{\"id\": \"approver3\", \"firstName\": \"A%d\", \"lastName\": \"B\"}";
        for (int i = 0; i < 505; i++) {
            does("admin", "PUT", "/user/approver3/profile", profile.formatted(i));
        }
        assertRefused(approve("approver3", waiting("admin", "App", "Policy")), "admin created your account or set its password; "
            + "someone else must decide on this request.");
    }

    @Test
    void aProfileCannotBeSavedToAnotherUser() {
        createUser("admin", "stranger");
        for (String api : List.of(Caller.REST, Caller.WEB)) {
            Caller admin = api.equals(Caller.WEB) ? Caller.web(port, "admin") : rest("admin");
            Answer answer = admin.call("PUT", api + "/user/stranger/profile",
                "{\"id\": \"approver\", \"firstName\": \"Approver\", \"lastName\": \"Sandbox\"}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("id: cannot be changed.");
        }
        assertThat(identities.checkPassword("approver", "approver-sandbox")).isTrue();
    }

    @Test
    void userNamesAreCaseInsensitive() {
        Task task = waiting("requester", "App", "Policy");
        // Such an account may have been created before Signonflow refused it.
        runtime.setVariable(task.getProcessInstanceId(), "requestedBy", "APPROVER");
        assertRefused(approve("approver", task), "APPROVER requested this; another person must approve it.");
        for (String door : List.of(Caller.REST, "/engine-rest/engine/default")) {
            Answer twin = rest("admin").call("POST", door + "/user/create", """
                {"profile": {"id": "Requester"}, "credentials": {"password": "Requester-sandbox"}}""");
            System.out.println("A second user whose name differs in case: " + twin.status() + " " + twin.body());
            assertThat(twin.status()).as(twin.body()).isEqualTo(400);
            assertThat(twin.json().get("message").asString())
                .isEqualTo("id: a user with this name already exists, in upper or lower case.");
        }
        assertThat(rest("requester").call("POST", "/engine-rest/user/create", """
            {"profile": {"id": "Admin"}, "credentials": {"password": "Requester-sandbox"}}""").status())
            .as("who may not create users does not learn which exist").isEqualTo(403);
        assertThat(identities.createUserQuery().userIdIn("Requester", "Admin").count()).isZero();
    }

    /** Authorization is checked when the request is carried out, however long it takes to arrive. */
    @ParameterizedTest
    @CsvSource({"requester, sign-on-requesters, /engine-rest/process-definition/key/configure-mfa-sign-on/start",
        "operator, sign-on-operators, /engine-rest/message"})
    void permissionsRevokedWhileTheRequestArrivesAreGone(String user, String group, String path) throws Exception {
        String instance = waiting("requester", "App", "Policy").getProcessInstanceId();
        String body = user.equals("operator") ? "{\"messageName\": \"RollBack\", \"processInstanceId\": \"" + instance + "\"}"
            : "{\"variables\": {\"applicationName\": {\"value\": \"x\"}, \"policyName\": {\"value\": \"y\"}}}";
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic %s\r\n"
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n{").formatted(path, Base64.getEncoder().encodeToString((user + ":" + user + "-sandbox").getBytes()), body.length())
                .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Thread.sleep(1_000);
            identities.deleteMembership(user, group);
            out.write(body.substring(1).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println("Removed while the request arrives: " + answer.lines().findFirst().orElse(""));
            // A flow that the user may not start looks as if it did not exist.
            assertThat(answer).containsPattern("^HTTP/1.1 40[34]");
        } finally {
            identities.createMembership(user, group);
        }
        assertThat(runtime.createProcessInstanceQuery().list()).hasSize(1);
    }

    @Test
    void whoMayDecideMayCommentWhileTheTaskIsPending() {
        user("both", Roles.REQUESTERS, Roles.APPROVERS);
        Task task = waiting("both", "App", "Policy");
        String comment = "/task/" + task.getId() + "/comment/create";
        for (String user : List.of("both", "requester", "operator", "admin")) {
            for (Caller caller : List.of(rest(user), Caller.web(port, user))) {
                String api = caller.call("GET", "/engine-rest/version", null).isSuccess() ? Caller.REST : Caller.WEB;
                Answer answer = caller.call("POST", api + comment, "{\"message\": \"Mine.\"}");
                System.out.println("Comment by " + user + " at " + api + ": " + answer.status() + " " + answer.body());
                // A task that the user may not see looks as if it did not exist.
                assertThat(answer.status()).as(answer.body()).isEqualTo(user.equals("requester") ? 400 : 403);
            }
        }
        Caller approver = rest("approver");
        Answer tooLong = approver.call("POST", Caller.REST + comment, "{\"message\": \"" + "x".repeat(4_001) + "\"}");
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.json().get("message").asString()).isEqualTo("message: must have at most 4,000 characters, not 4,001.");
        for (String body : List.of("{}", "{\"message\": \" \"}", "{\"message\": null}", "{\"message\": \"gnp\u202Eexe\"}")) {
            assertThat(approver.call("POST", Caller.REST + comment, body).status()).as(body).isEqualTo(400);
        }
        assertThat(tasks.getTaskComments(task.getId())).isEmpty();
        assertThat(approver.call("POST", Caller.REST + comment, "{\"message\": \"" + "x".repeat(4_000) + "\"}").status()).isEqualTo(200);
        assertThat(Caller.web(port, "approver").call("POST", Caller.WEB + comment, "{\"message\": \"Seen.\"}").status()).isEqualTo(200);
        String made = tasks.getTaskComments(task.getId()).get(0).getId();
        for (String user : USERS) {
            for (String[] attempt : new String[][] {{"PUT", "/task/comment", "{\"id\": \"" + made + "\", \"message\": \"x\"}"},
                {"PUT", "/task/" + task.getId() + "/comment", "{\"id\": \"" + made + "\", \"message\": \"x\"}"},
                {"DELETE", "/task/" + task.getId() + "/comment/" + made, null}, {"DELETE", "/task/" + task.getId() + "/comment", null},
                {"PUT", "/process-instance/" + task.getProcessInstanceId() + "/comment", "{\"id\": \"" + made + "\", \"message\": \"x\"}"},
                {"DELETE", "/process-instance/" + task.getProcessInstanceId() + "/comment", null},
                {"POST", "/process-instance/" + task.getProcessInstanceId() + "/comment/create", "{\"message\": \"x\"}"}}) {
                assertThat(rest(user).call(attempt[0], Caller.REST + attempt[1], attempt[2]).status()).isIn(403, 404);
            }
        }
        assertThat(tasks.getTaskComments(task.getId())).hasSize(2);
        assertThat(approve("approver", task).status()).isEqualTo(204);
        Answer late = approver.call("POST", Caller.REST + comment, "{\"message\": \"Late.\"}");
        System.out.println("Comment after the decision: " + late.status() + " " + late.body());
        assertThat(late.status()).as(late.body()).isEqualTo(400);
        assertThat(tasks.getTaskComments(task.getId())).hasSize(2);
    }

    private Stream<Caller> bothApis(String user) {
        return Stream.of(rest(user), Caller.web(port, user));
    }

    private static Answer claim(Caller caller, Task task, String user) {
        return at(caller, task, "/claim", user == null ? "{}" : "{\"userId\": \"" + user + "\"}");
    }

    private static Answer at(Caller caller, Task task, String call, String body) {
        String api = caller.call("GET", "/engine-rest/version", null).isSuccess() ? Caller.REST : Caller.WEB;
        return caller.call("POST", api + "/task/" + task.getId() + call, body);
    }

    private String holder(Task task) {
        return tasks.createTaskQuery().taskId(task.getId()).singleResult().getAssignee();
    }

    @Test
    void onlyTheAssigneeMayUnclaim() {
        user("second", Roles.APPROVERS);
        Task task = waiting("requester", "App", "Policy");
        assertThat(claim(rest("approver"), task, "approver").status()).isEqualTo(204);
        bothApis("second").forEach(second -> {
            Answer release = claim(second, task, null);
            System.out.println("A colleague's claim released: " + release.status() + " " + release.body());
            assertRefused(release, "Only the person who claimed it, or an administrator, may release it.");
            assertThat(at(second, task, "/unclaim", "{}").status()).isEqualTo(403);
            Answer taken = claim(second, task, "second");
            assertThat(taken.status()).as(taken.body()).isEqualTo(409);
            assertThat(taken.body()).doesNotContain("approver");
            assertThat(holder(task)).isEqualTo("approver");
        });
        for (String user : List.of("requester", "operator")) {
            bothApis(user).forEach(other -> {
                assertThat(claim(other, task, null).status()).isEqualTo(403);
                assertThat(at(other, task, "/unclaim", "{}").status()).isEqualTo(403);
            });
        }
        assertThat(claim(rest("approver"), task, "approver").status()).as("claimed once more").isEqualTo(204);
        assertThat(at(rest("approver"), task, "/unclaim", null).status()).as("by its assignee").isEqualTo(204);
        assertThat(holder(task)).isNull();
        assertThat(claim(rest("approver"), task, "approver").status()).isEqualTo(204);
        assertThat(claim(Caller.web(port, "approver"), task, null).status()).as("by its assignee").isEqualTo(204);
        assertThat(holder(task)).isNull();
        assertThat(claim(rest("approver"), task, "approver").status()).isEqualTo(204);
        assertThat(at(rest("admin"), task, "/unclaim", null).status()).as("by an administrator").isEqualTo(204);
        assertThat(holder(task)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "deleted"})
    void anAbsentColleagueBlocksNoDecision(String how) {
        user("leaver", Roles.APPROVERS);
        Task task = waiting("requester", "App", "Policy");
        assertThat(claim(rest("leaver"), task, "leaver").status()).isEqualTo(204);
        if (how.equals("removed")) {
            identities.deleteMembership("leaver", Roles.APPROVERS);
        } else {
            identities.deleteUser("leaver");
        }
        assertThat(claim(rest("approver"), task, "approver").status()).isEqualTo(204);
        assertThat(holder(task)).isEqualTo("approver");
        assertThat(approve("approver", task).status()).isEqualTo(204);
        assertThat(history.createHistoricTaskInstanceQuery().taskId(task.getId()).singleResult().getAssignee()).isEqualTo("approver");
    }
}
