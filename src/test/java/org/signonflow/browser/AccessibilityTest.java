package org.signonflow.browser;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.signonflow.change.ChangeState;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Every page can be used by people who see little or use the keyboard alone, as far as axe can tell. */
class AccessibilityTest extends ChangesBrowserTest {

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @AfterEach
    void forgetRollOuts() {
        jdbc.update("delete from signonflow_roll_out");
    }

    /** Opens a page and logs in on the way to it, with the keyboard alone. */
    private void open(String path, String user) {
        browser.forget();
        browser.go(at(path));
        browser.fill(browser.tabTo(By.name("username")), user);
        browser.fill(browser.tabTo(By.name("password")), user + "-sandbox");
        browser.press(Keys.ENTER);
        browser.awaitText("Log out", user);
    }

    private String start(String application) {
        return as("requester", "sign-on-requesters", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", application, "policyName", application + "_MFA", "reason", "Ticket 4711")).getId());
    }

    private String stuck() {
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/signOnPolicies\", \"times\": 100, \"effect\": \"status\", \"status\": 503}");
        String id = start("Stuck");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            management.createJobQuery().processInstanceId(id).withRetriesLeft().list().forEach(job -> {
                try {
                    management.executeJob(job.getId());
                } catch (RuntimeException failed) {
                    // As wanted; or the executor was faster.
                }
            });
            return changes.find(id).orElseThrow().incidentId() != null;
        });
        sandbox.clearFaults();
        return id;
    }

    private static void assertAccessible() {
        assertThat(browser.inaccessible()).as(browser.text()).isEmpty();
    }

    private void assertAccessible(String path, String... texts) {
        browser.go(at(path));
        browser.awaitText(texts);
        assertAccessible();
    }

    @Test
    void aMissingLabelIsFound() {
        browser.go(at("/login"));
        browser.awaitText("Password");
        assertAccessible();
        browser.script("const field = document.querySelector('[name=password]'); field.parentElement.replaceWith(field)");
        assertThat(browser.inaccessible()).singleElement().asString().startsWith("critical label");
    }

    @Test
    void thePagesOfEveryRole() {
        String ended = start("Ended");
        await(ended, ChangeState.WAITING_FOR_APPROVAL);
        identities.setAuthentication("approver", List.of("sign-on-approvers"));
        tasks.complete(tasks.createTaskQuery().processInstanceId(ended).singleResult().getId(), Map.of("decision", "approve"));
        identities.clearAuthentication();
        await(ended, ChangeState.COMPLETED);
        String waiting = start("Waiting");
        await(waiting, ChangeState.WAITING_FOR_APPROVAL);
        String stuck = stuck();

        open("/roll-outs", "requester");
        browser.awaitText("There are no roll-outs visible to you.");
        assertAccessible();
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Autumn", "requester", 5);
        rollOut.enter(Stage.WAITING_FOR_APPROVAL);
        rollOut.reach(RowState.READY, null, 1, 2);
        rollOut.reach(RowState.REJECTED, "PingOne refused.", 3);
        rollOut.fail(4, Trouble.FAILED, "PingOne did not accept the worker's credentials.");
        for (String user : List.of("approver", "admin", "requester", "operator")) {
            open("/", user);
            browser.awaitText("Stuck", "Waiting", "1 completed", "sandbox: responds");
            assertAccessible();
            if (user.equals("approver") || user.equals("admin")) {
                // The other pages offer them the same as the others, or less.
                continue;
            }
            assertAccessible("/changes", "Ended_MFA", "Waiting_MFA");
            assertAccessible("/changes/" + waiting, "Waiting for approval");
            assertAccessible("/changes/" + stuck, "Stuck: an operator");
            assertAccessible("/changes/" + ended, "Completed: in effect");
            assertAccessible("/changes/" + ended + "/undo", "Request the undo");
            assertAccessible("/roll-outs", "Autumn");
            assertAccessible("/roll-outs/" + rollOut.id() + "/undo", "Nothing of it is in effect");
            assertAccessible("/roll-outs/" + rollOut.id(), "PingOne refused.", "Failed");
        }
        browser.tabTo(By.cssSelector("#rows .opener")).sendKeys(Keys.ENTER);
        browser.find(By.className("details"));
        browser.click(By.cssSelector("#filters .failed"));
        browser.until("see one row", () -> browser.script("return document.querySelectorAll('#rows tbody').length").equals(1L));
        assertAccessible();
        assertAccessible("/roll-outs/none", "There is no such roll-out.");
        assertAccessible("/changes?q=none", "No changes match");
        assertAccessible("/changes/none", "There is no such change.", "Log out");
        assertAccessible("/no-such-page", "There is nothing at this address.", "Log out");
    }

    @Test
    void aNewChange() {
        open("/changes/new?flow=configure-mfa-sign-on", "requester");
        browser.awaitText("If none is chosen: profile", "offline_access");
        assertAccessible();
        browser.fill(browser.tabTo(By.name("applicationName")), "Shop");
        browser.tabTo(By.cssSelector("[name=scopes][value=email]")).sendKeys(Keys.SPACE);
        browser.fill(browser.tabTo(By.name("policyName")), "a b");
        By preview = By.xpath("//button[normalize-space()='Preview']");
        browser.tabTo(preview).sendKeys(Keys.ENTER);
        browser.awaitText("Sign-on policy: must be 1 to 256 letters");
        assertAccessible();
        browser.fill(browser.tabTo(By.name("policyName")), "Shop_MFA");
        browser.tabTo(preview).sendKeys(Keys.ENTER);
        browser.awaitText("Preview: nothing has been changed", "Sign-on with this change");
        assertAccessible();
        browser.tabTo(By.xpath("//button[normalize-space()='Start']")).sendKeys(Keys.ENTER);
        browser.awaitText("Shop_MFA", "Waiting for approval");
        assertThat(browser.text()).doesNotContain("Decide in Tasklist");
        open("/", "approver");
        browser.awaitText("Waiting for your decision");
        browser.tabTo(By.linkText("Shop")).sendKeys(Keys.ENTER);
        browser.awaitText("Waiting for approval: nothing has taken effect");
        browser.tabTo(By.linkText("Decide in Tasklist")).sendKeys(Keys.ENTER);
        browser.awaitText("Approve assignment", "Claim");
        browser.forget();
        open("/changes/new?flow=configure-passwordless-sign-on", "requester");
        browser.awaitText("Find by a part of its name or id", "PingOne Self-Service");
        assertAccessible();
    }
}
