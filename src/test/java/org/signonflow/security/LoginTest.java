package org.signonflow.security;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.util.ReflectionTestUtils;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Password guessing is slowed down, through any API and in any form, without affecting anyone else; and deleted users leave nothing behind.
 */
class LoginTest extends RunningApp {

    private static final String WEB_LOGIN = "/camunda/api/admin/auth/user/default/login/tasklist";
    private static final int FREE = 5;

    @Autowired
    AuthorizationService authorizations;
    @Autowired
    FilterService filters;

    /** The name that counts is the one whose password is checked. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3 << 20})
    void anotherNameInTheUrlDoesNotHideAGuess(int padding) {
        String victim = "victim" + padding;
        user(victim, Roles.APPROVERS);
        List<Integer> answers = new ArrayList<>();
        Caller guesser = Caller.nobody(port);
        guesser.call("GET", "/camunda/app/welcome/default/", null);
        for (int i = 0; i < 2 * FREE; i++) {
            answers.add(guesser.send("POST", WEB_LOGIN + "?username=other" + i,
                "username=" + victim + "&password=wrong&padding=" + "x".repeat(padding),
                "Content-Type", "application/x-www-form-urlencoded").status());
        }
        System.out.println("Guesses with another name in the URL and " + padding + " more bytes: " + answers);
        // Some more than the free attempts, if the machine is slower than the required delay.
        assertThat(answers).filteredOn(status -> status == 401).hasSizeLessThan(2 * FREE);
        // 413 where a form that large is not read at all.
        assertThat(answers).filteredOn(status -> status != 401).isNotEmpty().allMatch(status -> status == 413 || status == 429);
    }

    @Test
    void guessesOfTheOldPasswordCount() throws InterruptedException {
        user("changer", Roles.APPROVERS);
        Caller session = Caller.web(port, "changer");
        List<Integer> answers = new ArrayList<>();
        Answer answer = null;
        for (int i = 0; i < 2 * FREE; i++) {
            answer = session.call("PUT", Caller.WEB + "/user/changer/credentials",
                "{\"password\": \"Aa1!aaaaaaaa\", \"authenticatedUserPassword\": \"guess-" + i + "\"}");
            answers.add(answer.status());
        }
        System.out.println("Guesses of the old password: " + answers);
        assertThat(answers).startsWith(400, 400, 400, 400, 400).contains(429);
        // Long enough to try the other APIs.
        for (int i = 0; answer.status() != 429 || Integer.parseInt(answer.header("Retry-After")) < 5; i++) {
            Thread.sleep(200);
            answer = session.call("PUT", Caller.WEB + "/user/changer/credentials", "{\"authenticatedUserPassword\": \"guess\"}");
            assertThat(i).isLessThan(200);
        }
        assertThat(answer.json().path("message").asString()).isEqualTo("Too many wrong passwords. Try again later.");
        assertThat(Caller.nobody(port).login("changer", "changer-sandbox").status()).as("the same at the login").isEqualTo(429);
        assertThat(rest("changer").call("GET", "/engine-rest/version", null).status()).as("and over REST").isEqualTo(429);
    }

    @Test
    void guessingManyUsersIsSlowedDownAndLocksOutNobody() {
        user("resident", Roles.APPROVERS);
        user("newcomer", Roles.APPROVERS);
        Wire office = new Wire(port, "127.0.0.9");
        assertThat(office.login("resident", "resident-sandbox")).isEqualTo(200);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(office.login("user" + i, "Autumn2026!"));
        }
        System.out.println("One password with sixty users: " + answers);
        assertThat(answers).filteredOn(status -> status == 401).hasSizeLessThan(40);
        assertThat(office.login("resident", "resident-sandbox")).as("has logged in from there before").isEqualTo(200);
        assertThat(new Wire(port, "127.0.0.10").login("newcomer", "newcomer-sandbox")).as("another address").isEqualTo(200);
        AtomicInteger guesses = new AtomicInteger();
        await().atMost(Duration.ofMinutes(1)).until(() -> waits(office.send("GET", "/engine-rest/version",
            Wire.basic("another" + guesses.incrementAndGet(), "Autumn2026!"))) > 3);
        assertThat(waits(office.send("GET", "/engine-rest/version", Wire.basic("newcomer", "newcomer-sandbox")))).as("not for long")
            .isBetween(1, 61);
    }

    /** The number of seconds to wait according to the response; 0 if it does not say. */
    private static int waits(String answer) {
        return Wire.status(answer) != 429 ? 0 : Integer.parseInt(answer.replaceAll("(?s).*Retry-After: (\\d+).*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"REST", "web", "Java"})
    void deletedUsersLeaveNoAuthorizations(String api) {
        String id = "leaver" + api.toLowerCase();
        user(id, Roles.REQUESTERS);
        Caller.web(port, id);
        String instance = start(id, "App " + api, "Policy_" + api);
        Authorization granted = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        granted.setUserId(id);
        granted.setResource(Resources.USER);
        granted.setResourceId("*");
        granted.addPermission(Permissions.ALL);
        authorizations.saveAuthorization(granted);
        assertThat(authorizations.createAuthorizationQuery().userIdIn(id).count()).isGreaterThan(2);
        assertThat(filters.createFilterQuery().filterOwner(id).count()).isPositive();
        switch (api) {
            case "REST" -> assertThat(rest("admin").call("DELETE", "/engine-rest/user/" + id, null).status()).isEqualTo(204);
            case "web" -> assertThat(Caller.web(port, "admin").call("DELETE", Caller.WEB + "/user/" + id, null).status()).isEqualTo(204);
            default -> identities.deleteUser(id);
        }
        System.out.println("Deleted by " + api + ", left: " + authorizations.createAuthorizationQuery().userIdIn(id).count()
            + " authorizations, " + filters.createFilterQuery().filterOwner(id).count() + " filters");
        assertThat(authorizations.createAuthorizationQuery().userIdIn(id).count()).isZero();
        assertThat(filters.createFilterQuery().filterOwner(id).count()).isZero();
        user(id);
        assertThat(rest(id).call("GET", "/engine-rest/process-instance/" + instance, null).status()).isEqualTo(404);
        assertThat(rest(id).call("DELETE", "/engine-rest/user/operator", null).status()).isEqualTo(403);
        assertThat(identities.createGroupQuery().groupMember(id).count()).isZero();
    }

    /** In a database of the previous version, deleted users have left theirs. */
    @Test
    void newUsersInheritNothing() {
        for (boolean group : List.of(false, true)) {
            Authorization left = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            if (group) {
                left.setGroupId("revenants");
            } else {
                left.setUserId("revenant");
            }
            left.setResource(Resources.USER);
            left.setResourceId("*");
            left.addPermission(Permissions.ALL);
            authorizations.saveAuthorization(left);
        }
        user("revenant");
        identities.saveGroup(identities.newGroup("revenants"));
        identities.createMembership("revenant", "revenants");
        assertThat(rest("revenant").call("DELETE", "/engine-rest/user/operator", null).status()).isEqualTo(403);
        assertThat(rest("revenant").call("GET", "/engine-rest/user/revenant/profile", null).status()).as("own profile").isEqualTo(200);
    }

    @Test
    void deletedGroupsLeaveNoAuthorizations() {
        identities.saveGroup(identities.newGroup("contractors"));
        Authorization granted = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        granted.setGroupId("contractors");
        granted.setResource(Resources.USER);
        granted.setResourceId("*");
        granted.addPermission(Permissions.ALL);
        authorizations.saveAuthorization(granted);
        assertThat(rest("admin").call("DELETE", "/engine-rest/group/contractors", null).status()).isEqualTo(204);
        assertThat(authorizations.createAuthorizationQuery().groupIdIn("contractors").count()).isZero();
    }

    @Test
    void aDeletedGroupOfOursIsRestoredWithItsAuthorizationsAtTheNextStart() {
        long before = authorizations.createAuthorizationQuery().groupIdIn(Roles.OPERATORS).count();
        identities.deleteGroup(Roles.OPERATORS);
        ReflectionTestUtils.invokeMethod(context.getBean(Roles.class), "create");
        identities.createMembership("operator", Roles.OPERATORS);
        assertThat(authorizations.createAuthorizationQuery().groupIdIn(Roles.OPERATORS).count()).isEqualTo(before).isGreaterThan(1);
    }
}
