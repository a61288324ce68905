package org.signonflow.security;

import org.awaitility.Awaitility;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.harness.IdentityProvider.Person;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.setup.Roles;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Login in a browser through an identity provider, a real one; access tokens are in {@link AccessTokensTest}. */
@ExtendWith(OutputCaptureExtension.class)
class SignOnTest extends SignOnApp {

    private static final String ME = "/camunda/api/admin/auth/user/default";
    private static final String START = Caller.WEB + "/process-definition/key/configure-mfa-sign-on/start";
    private static final Duration LIFE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Visitor loggedIn(String name) {
        Visitor visitor = new Visitor(port);
        Answer home = visitor.logIn(name);
        assertThat(home.status()).as("%s %s", visitor.trail, home.body()).isEqualTo(200);
        assertThat(visitor.last()).isEqualTo(visitor.at("/"));
        // Where the web applications say which token their requests must repeat.
        visitor.open("/camunda/app/welcome/default/");
        return visitor;
    }

    private List<String> groups(String name) {
        return identities.createGroupQuery().groupMember(id(name)).list().stream().map(Group::getId).toList();
    }

    private void assertIsOut(Visitor visitor) {
        assertThat(visitor.open("/changes").header("Location")).isEqualTo("login?to=changes");
        assertThat(visitor.call("GET", ME, null).status()).isEqualTo(404);
        assertThat(visitor.call("GET", Caller.WEB + "/task", null).status()).isEqualTo(401);
    }

    @Test
    void oneLoginForAllPages(CapturedOutput output) {
        Visitor bob = new Visitor(port);
        assertThat(bob.open("/login?to=incidents").body()).contains("href=\"oauth2/authorization/test?to=incidents\"");
        assertThat(bob.open("/changes?state=STUCK").header("Location")).isEqualTo("login?to=changes%3Fstate%3DSTUCK");
        assertThat(bob.open("/camunda/app/tasklist/default/").header("Location"))
            .isEqualTo("../../../../login?to=camunda%2Fapp%2Ftasklist%2Fdefault%2F");
        assertThat(bob.open("/login?to=changes%3Fstate%3DSTUCK").body()).contains("Log in with test",
            "href=\"oauth2/authorization/test?to=changes?state%3DSTUCK\"", "Break-glass login");
        Answer page = bob.logIn("bob", "?to=changes%3Fstate%3DSTUCK");
        assertThat(bob.last()).isEqualTo(bob.at("/changes?state=STUCK"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(bob.trail.get(0).getQuery()).contains("response_type=code", "code_challenge_method=S256", "state=", "nonce=");
        assertThat(bob.open("/camunda/app/tasklist/default/").status()).isEqualTo(200);
        assertThat(bob.call("GET", ME, null).json().get("userId").asString()).isEqualTo(id("bob"));
        assertThat(bob.call("GET", ME, null).json().get("authorizedApps").valueStream().map(app -> app.asString()))
            .containsExactlyInAnyOrder("tasklist", "welcome");
        assertThat(bob.call("GET", Caller.WEB + "/task", null).status()).isEqualTo(200);
        User account = identities.createUserQuery().userId(id("bob")).singleResult();
        assertThat(account.getFirstName() + " " + account.getLastName()).isEqualTo("Bob Roe");
        assertThat(account.getPassword()).isNull();
        assertThat(groups("bob")).as("only ours").containsExactly(Roles.APPROVERS);
        assertThat(output.getAll()).as("tokens in the log").doesNotContain("eyJ");
        assertThat(page.body() + page.headers().map()).doesNotContain("eyJ");
    }

    @Test
    void theSessionBeginsAnewAtTheLogin() {
        Visitor bob = new Visitor(port);
        bob.open("/camunda/app/welcome/default/");
        bob.follow(bob.at("/oauth2/authorization/test"));
        String planted = bob.cookie("JSESSIONID");
        assertThat(planted).isNotNull();
        bob.logIn("bob");
        assertThat(bob.open("/changes").status()).isEqualTo(200);
        assertThat(bob.cookie("JSESSIONID")).isNotEqualTo(planted);
        Answer stolen = new Visitor(port).send("GET", bob.at("/changes"), null, "Accept", "text/html", "Cookie", "JSESSIONID=" + planted);
        assertThat(stolen.header("Location")).isEqualTo("login?to=changes");
    }

    @Test
    void anotherPersonApproves() {
        Visitor ann = loggedIn("ann");
        Answer started = ann.call("POST", START,
            "{\"variables\": {\"applicationName\": {\"value\": \"Shop\"}, \"policyName\": {\"value\": \"Shop_MFA\"}}}");
        assertThat(started.status()).as(started.body()).isEqualTo(200);
        String instance = started.json().get("id").asString();
        run(instance);
        Task task = tasks.createTaskQuery().processInstanceId(instance).singleResult();
        String complete = Caller.WEB + "/task/" + task.getId() + "/complete";
        assertThat(ann.call("POST", complete, APPROVE).status()).isEqualTo(403);

        PROVIDER.people.computeIfPresent("ann", (name, person) -> person.in(List.of(Roles.APPROVERS, Roles.REQUESTERS)));
        Answer own = loggedIn("ann").call("POST", complete, APPROVE);
        assertThat(own.status()).as(own.body()).isEqualTo(403);
        assertThat(own.body()).contains(id("ann") + " requested this; another person must approve it.");

        Answer approved = loggedIn("bob").call("POST", complete, APPROVE);
        assertThat(approved.status()).as(approved.body()).isEqualTo(204);
        run(instance);
        Answer page = ann.open("/changes/" + instance);
        assertThat(page.body()).contains("Completed: in effect", "title=\"" + id("bob") + "\"", ">Bob Roe<", ">Ann Lee<");
    }

    /** Whoever may have both accounts. */
    @Test
    void whatTheBreakGlassUserRequestsNobodyApproves() {
        Task task = waiting("admin", "App", "Policy");
        Answer refused = loggedIn("bob").call("POST", Caller.WEB + "/task/" + task.getId() + "/complete", APPROVE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("admin has an account with a password, not one of the identity provider");
    }

    /** Also for a decision. */
    @Test
    void whoIsRemovedAtTheProviderIsOutWithinTheLifeOfTheAccessToken() {
        Task task = waiting("admin", "App", "Policy");
        PROVIDER.accessTokenLife = LIFE;
        Visitor bob = loggedIn("bob");
        PROVIDER.people.remove("bob");
        Awaitility.await().pollDelay(LIFE).atMost(PATIENCE).until(() -> bob.call("POST", Caller.WEB + "/task/" + task.getId() + "/complete",
            APPROVE).status() == 401);
        assertIsOut(bob);
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).isEqualTo(1);
    }

    @Test
    void withoutARefreshTokenALoginEndsWithItsAccessToken() {
        PROVIDER.accessTokenLife = LIFE;
        PROVIDER.issuesRefreshTokens = false;
        Visitor bob = loggedIn("bob");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertIsOut(bob));
    }

    @Test
    void changedGroupsAreHeededOnceTheAccessTokenIsRenewed() {
        PROVIDER.accessTokenLife = LIFE;
        Visitor bob = loggedIn("bob");
        assertThat(bob.call("GET", ME, null).body()).contains("tasklist");
        PROVIDER.people.computeIfPresent("bob", (name, person) -> person.in(List.of(Roles.OPERATORS)));
        Awaitility.await().atMost(PATIENCE).until(() -> bob.call("GET", ME, null).body().contains("cockpit"));
        assertThat(bob.call("GET", ME, null).body()).doesNotContain("tasklist");
        assertThat(groups("bob")).containsExactly(Roles.OPERATORS);
        PROVIDER.people.computeIfPresent("bob", (name, person) -> person.in(null));
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertIsOut(bob));
    }

    /** Many at once, of which one asks the provider, whose refresh tokens are each good for one answer. */
    @Test
    void aPageThatSendsManyRequestsStaysLoggedIn() {
        PROVIDER.accessTokenLife = LIFE;
        Visitor bob = loggedIn("bob");
        long until = System.nanoTime() + LIFE.multipliedBy(3).toNanos();
        while (System.nanoTime() < until) {
            assertThat(Stream.generate(() -> 1).limit(6).parallel().map(one -> bob.call("GET", ME, null).status()).distinct().toList())
                .containsExactly(200);
        }
    }

    @Test
    void aProviderThatDoesNotRespondEndsNothingButKeepsPeopleWaiting() {
        PROVIDER.accessTokenLife = LIFE;
        Visitor bob = loggedIn("bob");
        PROVIDER.isDown = true;
        assertThat(bob.open("/changes").status()).isEqualTo(200);
        Awaitility.await().atMost(PATIENCE).until(() -> bob.open("/changes").status() == 503);
        assertThat(bob.open("/changes").body()).contains("The identity provider does not respond: try again in a moment.");
        assertThat(bob.call("GET", Caller.WEB + "/task", null).status()).isEqualTo(503);
        assertThat(bob.open("/login").status()).isEqualTo(200);
        PROVIDER.isDown = false;
        Awaitility.await().atMost(PATIENCE).until(() -> bob.open("/changes").status() == 200);
    }

    @Test
    void logoutIsAlsoAtTheProvider() {
        Visitor bob = loggedIn("bob");
        Answer answer = bob.send("POST", bob.at("/logout"), "", "Accept", "text/html", "Sec-Fetch-Site", "same-origin");
        assertThat(answer.header("Refresh")).as("%s", answer).startsWith("0; url=" + PROVIDER.issuer() + "/connect/logout?id_token_hint=");
        assertThat(answer.body()).contains("You have logged out here").doesNotContain("eyJ");
        assertIsOut(bob);
        bob.follow(URI.create(answer.header("Refresh").replace("0; url=", "")));
        assertThat(bob.last()).isEqualTo(bob.at("/login"));
        bob.follow(bob.at("/oauth2/authorization/test"));
        assertThat(bob.last().toString()).as("asks for the password again").startsWith(PROVIDER.issuer() + "/login");
    }

    @Test
    void theWebApplicationsLogoutEndsTheSession() {
        Visitor bob = loggedIn("bob");
        assertThat(bob.call("POST", ME + "/logout", "").status()).isEqualTo(200);
        assertIsOut(bob);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/", "//evil.example", "/\\evil.example", "changes:evil", "javascript:alert(1)",
        "camunda/app/tasklist/../../../logout?x#\r\nSet-Cookie: x=y", "login"})
    void onlyPagesOfOursAreLedTo(String to) {
        Visitor bob = new Visitor(port);
        bob.logIn("bob", "?to=" + Visitor.encoded(to));
        assertThat(bob.last()).isEqualTo(bob.at("/"));
        assertThat(bob.open("/login?to=" + Visitor.encoded(to)).body()).contains("href=\"oauth2/authorization/test\"");
    }

    @Test
    void deepLinksIntoTasklistAreLedTo() {
        Visitor bob = new Visitor(port);
        bob.logIn("bob", "?to=" + Visitor.encoded("camunda/app/tasklist/default/#/?task=5f0c1d2e-1&detailsTab=task-detail-form"));
        assertThat(bob.last().toString()).endsWith("/camunda/app/tasklist/default/#/?task=5f0c1d2e-1&detailsTab=task-detail-form");
    }

    @Test
    void forgedAnswersOfTheProviderAreRefused() {
        Visitor victim = new Visitor(port);
        victim.follow(victim.at("/oauth2/authorization/test"));
        Answer forged = victim.follow(victim.at("/login/oauth2/code/test?code=x&state=forged"));
        assertThat(forged.body()).contains("This login was not begun in this browser, or a while ago: begin it again.");
        Answer without = new Visitor(port).follow(victim.at("/login/oauth2/code/test?code=x&state=y"));
        assertThat(without.body()).contains("This login was not begun in this browser");
        assertIsOut(victim);

        PROVIDER.nonce = "forged";
        Visitor bob = new Visitor(port);
        assertThat(bob.logIn("bob").body()).contains("The login through the identity provider has failed; the log says why.");
        assertIsOut(bob);
        assertThat(bob.open("/login").body()).as("said once").doesNotContain("has failed");
        assertThat(identities.createUserQuery().userId(id("bob")).count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a b", "../admin", "<script>", "nul\u0000", "x'; drop table signonflow_person", "${7*7}",
        "12345678901234567890123456789012345678901234567890123456789012345", "\u202Eann", "-"})
    void aHostileSubjectIsNotAdmitted(String subject) {
        PROVIDER.people.put("eve", new Person(subject, "Eve", "Moe", List.of(Roles.ADMINISTRATORS)));
        Visitor eve = new Visitor(port);
        assertThat(eve.logIn("eve").body()).contains("sub: the provider&#39;s id of this account must be 1 to 64 letters, digits or");
        assertIsOut(eve);
        assertThat(identities.createUserQuery().count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "ADMIN", "local", "LOCAL"})
    void anAccountThatIsNotTheProvidersIsNotTakenOver(String subject) {
        User local = identities.newUser("local");
        local.setPassword("local-sandbox");
        identities.saveUser(local);
        PROVIDER.people.put("eve", new Person(subject, "Eve", "Moe", List.of(Roles.APPROVERS)));
        Visitor eve = new Visitor(port);
        assertThat(eve.logIn("eve").body()).contains("role=\"alert\">sub: ");
        assertIsOut(eve);
        assertThat(identities.createUserQuery().userLastName("Moe").count()).isZero();
        assertThat(identities.createUserQuery().memberOfGroup(Roles.APPROVERS).count()).isZero();
    }

    @Test
    void groupsMustBeAList() {
        for (Object groups : new Object[] {"sign-on-approvers", Map.of("sign-on-approvers", true), 7}) {
            PROVIDER.people.computeIfPresent("bob", (name, person) -> person.in(groups));
            Visitor bob = new Visitor(port);
            assertThat(bob.logIn("bob").body()).contains("groups: the provider must say in this claim, as a list,");
            assertIsOut(bob);
        }
        PROVIDER.people.computeIfPresent("bob", (name, person) -> person.in(null));
        assertThat(new Visitor(port).logIn("bob").body()).contains("groups: the provider must say in this claim");
        PROVIDER.people.computeIfPresent("bob", (name, person) -> person.in(List.of(1, List.of(Roles.APPROVERS), "SIGN-ON-APPROVERS")));
        loggedIn("bob");
        assertThat(groups("bob")).isEmpty();
    }

    @Test
    void namesAreShownAsText() {
        PROVIDER.people.put("eve", new Person("eve", "<img src=x onerror=alert(1)>", "Moe\u202E\r\nfake", List.of(Roles.REQUESTERS)));
        PROVIDER.people.put("ann2", new Person("ann2", "Ann", "Lee", List.of(Roles.REQUESTERS)));
        loggedIn("ann");
        loggedIn("ann2");
        Visitor eve = loggedIn("eve");
        assertThat(eve.open("/").body()).contains("&lt;img src=x onerror=alert(1)&gt; Moe? fake").doesNotContain("<img");
        assertThat(loggedIn("ann2").open("/").body()).as("whom another is called like").contains("Ann Lee (ann2)");
    }

    @Test
    void onlyTheBreakGlassUserHasAPassword(CapturedOutput output) {
        loggedIn("bob");
        User local = identities.newUser("local");
        local.setPassword("local-sandbox");
        identities.saveUser(local);
        for (String user : List.of("local", id("bob"), "requester", "nobody")) {
            Answer basic = Caller.basic(port, user, "local-sandbox").call("GET", "/engine-rest/task", null);
            assertThat(basic.status()).as(user).isEqualTo(401);
            assertThat(Caller.basic(port, user, "").call("GET", "/api/changes", null).status()).isEqualTo(401);
            assertThat(Caller.nobody(port).login(user, "local-sandbox").status()).as(user).isEqualTo(401);
        }
        assertThat(output.getAll()).doesNotContain("break-glass password");
        assertThat(rest("admin").call("GET", "/engine-rest/task", null).status()).isEqualTo(200);
        assertThat(output.getAll()).containsPattern("WARN .*admin has used the break-glass password, from 127.0.0.1");
        assertThat(Caller.web(port, "admin").call("GET", ME, null).body()).contains("\"admin\"");
        assertThat(Caller.basic(port, "admin", "wrong").call("GET", "/engine-rest/task", null).status()).isEqualTo(401);
        assertThat(identities.createUserQuery().userIdIn("requester", "approver", "operator").count()).as("the sandbox's").isZero();
    }

    @Test
    void administratorsLeaveAccountsToTheProvider() {
        loggedIn("bob");
        Visitor amy = loggedIn("amy");
        String api = Caller.WEB;
        assertThat(amy.call("GET", api + "/user", null).body()).contains("Bob");
        for (Answer answer : List.of(
                amy.call("PUT", api + "/group/sign-on-approvers/members/" + id("amy"), "{}"),
                amy.call("DELETE", api + "/group/sign-on-approvers/members/" + id("bob"), null),
                amy.call("POST", api + "/user/create", """
                    {"profile": {"id": "puppet", "firstName": "P", "lastName": "P"}, "credentials": {"password": "Correct-Horse-7"}}"""))) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("identity provider");
        }
        assertThat(groups("bob")).containsExactly(Roles.APPROVERS);
        assertThat(amy.call("PUT", api + "/user/" + id("bob") + "/credentials", "{\"password\": \"Correct-Horse-7\"}").status())
            .isEqualTo(400);
        identities.setAuthenticatedUserId("admin");
        try {
            User account = identities.newUser("puppet");
            assertThatThrownBy(() -> identities.saveUser(account)).hasMessageContaining("identity provider");
        } finally {
            identities.clearAuthentication();
        }
        assertThat(amy.call("DELETE", api + "/user/" + id("bob"), null).status()).as("whoever has left").isEqualTo(204);
    }
}
