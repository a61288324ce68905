package org.signonflow.browser;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.support.ui.Select;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages of changes, from the login to the end of a change, with the job executor running. Screenshots are saved below target. */
class ChangePagesTest extends ChangesBrowserTest {

    private static final By START = By.cssSelector("button[name=plan][value=false]");
    private static final By LOG_IN = By.cssSelector("button.primary");

    @AfterEach
    void showTheDesktop() {
        if (browser != null) {
            browser.desktop();
        }
    }

    private void logIn(String user, String password) {
        browser.fill(browser.find(By.name("username")), user);
        browser.fill(browser.find(By.name("password")), password);
        browser.click(LOG_IN);
    }

    /** Opens a page and logs in on the way to it. */
    private void open(String path, String user) {
        browser.forget();
        browser.go(at(path));
        logIn(user, user + "-sandbox");
        browser.awaitText("Log out", user);
    }

    private String requested(String application, String policy) {
        return as("requester", "sign-on-requesters", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on", Map.of(
            "applicationName", application, "policyName", policy, "reason", "Ticket https://tickets.example/4711")).getId());
    }

    @Test
    void oneLoginLeadsToThePageThatWasAskedFor() {
        browser.go(at("/changes?q=x"));
        browser.awaitText("User name", "Password", "This is a sandbox", "approver-sandbox");
        browser.screenshot("50-login");
        logIn("approver", "wrong");
        browser.awaitText("The user name or the password is wrong.");
        browser.console();
        logIn("approver", "approver-sandbox");
        browser.awaitText("Changes", "No changes match");
        browser.clickText("Tasklist");
        browser.awaitText("Approver Sandbox", "Waiting for approval");
        browser.go(at("/"));
        browser.awaitText("Waiting for your decision", "Nothing.", "sandbox: responds");
        browser.screenshot("51-home-of-an-approver");
        browser.clickText("Log out");
        browser.awaitText("User name");
        browser.go(at("/"));
        browser.awaitText("User name");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void theHomePageShowsHowChangesOfTheLastThirtyDaysHaveEnded() {
        changes.forget(changes.list(ChangeFilter.ALL, null, 1_000).stream().map(Change::id).toList());
        // The same number of days at each time of the day.
        Instant midnight = Instant.now().truncatedTo(ChronoUnit.DAYS);
        for (int n = 0; n < 60; n++) {
            Instant at = midnight.minus(Duration.ofHours(n * 11L));
            boolean approved = n % 5 != 0;
            changes.add(new Change("ended-" + n, "configure-mfa-sign-on", "sandbox", "<i>App</i>", null, "P", "requester",
                at.minus(Duration.ofMinutes(n * n)), null, null, null, approved ? ChangeState.COMPLETED : ChangeState.REJECTED, at, at, null,
                null, null, null, approved ? "approve" : null, approved ? "approver" : null, approved ? at : null, null, null, null));
        }
        try {
            open("/", "operator");
            browser.awaitText("The last 30 days", "48 completed", "12 rejected");
            assertThat(browser.script("return document.querySelectorAll('.outcomes rect.completed').length")).isEqualTo(28L);
            assertThat(browser.script("return document.querySelector('.outcomes svg').getAttribute('aria-label')").toString())
                .startsWith("The last 30 days: 48 completed, 12 rejected. The longest median of a day from request to approval: 2 d ");
            browser.script("document.querySelector('.outcomes').scrollIntoView()");
            browser.screenshot("54-last-30-days");
            assertThat(browser.console()).isEmpty();
        } finally {
            changes.forget(IntStream.range(0, 60).mapToObj(n -> "ended-" + n).toList());
        }
    }

    @Test
    void aChangeIsFollowedFromItsRequestToItsEnd() {
        String id = requested("Banking", "Banking_MFA");
        await(id, ChangeState.WAITING_FOR_APPROVAL);
        open("/", "approver");
        browser.awaitText("Waiting for your decision", "Banking", "Banking_MFA");
        browser.clickText("Banking");
        browser.awaitText("Waiting for approval: nothing has taken effect", "requested by requester", "Ticket https://tickets.example/4711",
            "Nobody signs on yet: the application is new.", "Sign-on with this change", "POST /signOnPolicies", "201, created",
            "Decide in Tasklist");
        browser.screenshot("52-change-waiting");
        assertThat(browser.isThere(By.xpath("//button[contains(., 'Roll back') or contains(., 'Withdraw')]"))).isFalse();
        browser.clickText("Decide in Tasklist");
        browser.awaitText("Approve assignment", "Ticket https://tickets.example/4711");
        browser.go(at("/changes/" + id));
        browser.awaitText("Waiting for approval");
        as("approver", "sign-on-approvers", () -> {
            tasks.complete(tasks.createTaskQuery().processInstanceId(id).singleResult().getId(),
                Map.of("decision", "approve", "comment", "Four eyes have seen it."));
            return null;
        });
        // The page follows by itself.
        browser.awaitText("Completed: in effect", "Approved by approver", "Four eyes have seen it.", "signOnPolicyAssignments");
        browser.screenshot("53-change-completed");
        assertThat(browser.script("return getComputedStyle(document.querySelector("
            + "'.picture [data-element-id=EndEvent_Completed] .djs-visual > :first-child')).stroke")).isEqualTo("rgb(16, 129, 61)");
        browser.screen(390);
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
        browser.screenshot("54-change-on-a-phone");
        browser.desktop();

        browser.go(at("/changes"));
        new Select(browser.find(By.name("state"))).selectByVisibleText("Completed");
        browser.fill(browser.find(By.name("q")), "bank");
        browser.clickText("Show");
        browser.awaitText("Banking", "Completed");
        browser.screenshot("55-changes");
        new Select(browser.find(By.name("state"))).selectByVisibleText("Declined");
        browser.clickText("Show");
        browser.awaitText("No changes match");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void aRequesterSeesAndWithdrawsOnlyTheirOwn() {
        String own = requested("Own", "Own_MFA");
        String another = as("admin", "camunda-admin", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", "Another", "policyName", "Another_MFA")).getId());
        await(own, ChangeState.WAITING_FOR_APPROVAL);
        await(another, ChangeState.WAITING_FOR_APPROVAL);
        open("/", "requester");
        assertThat(browser.awaitText("Under way", "Own_MFA")).doesNotContain("Another");
        browser.screenshot("56-home-of-a-requester");
        browser.go(at("/changes/" + another));
        browser.awaitText("There is no such change.");
        browser.go(at("/changes/" + own));
        browser.script("window.confirm = () => true");
        browser.clickText("Withdraw");
        browser.awaitText("Withdrawn: nothing remains in PingOne", "What was requested", "Withdrawn by requester");
        browser.screenshot("57-change-withdrawn");
        await(own, ChangeState.ROLLED_BACK);
    }

    @Test
    void aRequesterChoosesFromWhatThereIs() {
        String hostile = "<img/src=x/onerror=window.__pwned=1>{{7*7}}";
        String openid = sandbox.state().get("resources").valueStream().filter(one -> one.get("name").asString().equals("openid"))
            .findFirst().orElseThrow().get("id").asString();
        sandbox.pingOne("POST", "/resources/" + openid + "/scopes", "{\"name\": \"" + hostile + "\"}");
        for (int i = 1; i <= 25; i++) {
            sandbox.pingOne("POST", "/applications", ("{\"name\": \"%s %d\", \"enabled\": true, \"protocol\": \"OPENID_CONNECT\", "
                + "\"type\": \"NATIVE_APP\", \"grantTypes\": [\"AUTHORIZATION_CODE\"], \"responseTypes\": [\"CODE\"], "
                + "\"redirectUris\": [\"https://a.example\"], \"tokenEndpointAuthMethod\": \"NONE\"}").formatted(hostile, i));
        }
        open("/changes/new?flow=configure-mfa-sign-on", "requester");
        browser.awaitText("If none is chosen: profile", "offline_access", hostile);
        browser.fill(browser.find(By.name("applicationName")), "Chosen");
        browser.fill(browser.find(By.name("policyName")), "a b");
        browser.click(By.cssSelector("[name=scopes][value=email]"));
        browser.clickText("Text message");
        browser.clickText("Preview");
        browser.awaitText("Sign-on policy: must be 1 to 256 letters");
        browser.fill(browser.find(By.name("policyName")), "Other_MFA");
        browser.clickText("Preview");
        browser.awaitText("the sign-on policy Other_MFA", "its MFA action, with the authenticators Text message",
            "Takes effect\nOnce another");
        assertThat(browser.isThere(START)).isTrue();
        browser.fill(browser.find(By.name("policyName")), "Chosen_MFA");
        browser.awaitText("The form was changed after the preview");
        assertThat(browser.isThere(START)).isFalse();
        browser.clickText("Configure passwordless sign-on");
        browser.until("keep what both have", () -> browser.script("return location.search === '?flow=configure-passwordless-sign-on' "
            + "&& document.querySelector('[name=policyName]').value === 'Chosen_MFA' "
            + "&& document.querySelector('[name=authenticators]:checked').value === 'sms'"));
        browser.clickText("Configure MFA sign-on");
        browser.awaitText("offline_access");
        browser.fill(browser.find(By.name("applicationName")), "Chosen");
        browser.click(By.cssSelector("[name=scopes][value=email]"));
        browser.clickText("Preview");
        browser.awaitText("the sign-on policy Chosen_MFA");
        browser.screenshot("60-preview");
        browser.click(START);
        browser.awaitText("What happened", "Chosen_MFA", "Text message");
        browser.screenshot("60-change-chosen");

        browser.go(at("/changes/new?flow=configure-passwordless-sign-on"));
        browser.awaitText("more: type a part of the name", hostile);
        browser.fill(browser.find(By.name("search")), "}} 17");
        browser.until("find one", () -> browser.script("return document.querySelectorAll('[name=applicationId]').length").equals(1L));
        browser.tabTo(By.name("applicationId")).sendKeys(Keys.SPACE);
        browser.fill(browser.find(By.name("search")), "no such thing");
        browser.until("keep what is chosen", () -> browser.script(
            "return document.querySelectorAll('[name=applicationId]:checked').length === 1 && !document.querySelector('.htmx-request')"));
        browser.awaitText("chosen, native app", "None matches.");
        browser.fill(browser.find(By.name("policyName")), "Passwordless");
        browser.clickText("Preview");
        browser.awaitText("Preview: nothing has been changed", "the sign-on policy Passwordless");
        browser.screenshot("61-application-found");
        assertThat(browser.script("return window.__pwned === undefined && !document.querySelector('main img')")).isEqualTo(true);
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void anOperatorRetriesWhatIsStuck() {
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/signOnPolicies\", \"times\": 100, \"effect\": \"status\", \"status\": 503}");
        String id = requested("Stuck app", "Stuck_MFA");
        Awaitility.await().atMost(PATIENCE.multipliedBy(3)).until(() -> {
            management.createJobQuery().processInstanceId(id).withRetriesLeft().list().forEach(job -> {
                try {
                    management.executeJob(job.getId());
                } catch (RuntimeException failed) {
                    // As wanted; or the executor was faster.
                }
            });
            return changes.find(id).orElseThrow().incidentId() != null;
        });
        open("/", "operator");
        browser.awaitText("Stuck app", "Stuck", "Create sign-on policy");
        browser.screenshot("58-home-of-an-operator");
        browser.clickText("Stuck app");
        browser.awaitText("Stuck: an operator has to retry it or roll it back", "status 503", "Create sign-on policy is stuck", "Retry", "Roll back");
        browser.screenshot("59-change-stuck");
        sandbox.clearFaults();
        browser.clickText("Retry");
        browser.awaitText("Waiting for approval: nothing has taken effect", "Create sign-on policy was retried by operator");
        assertThat(browser.console()).isEmpty();
    }
}
