package org.signonflow.browser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.signonflow.Signonflow;
import org.signonflow.rollout.Request;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages that show the progress of roll-outs, for people who are logged in. Screenshots are saved below target. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "camunda.bpm.job-execution.enabled=false",
    "spring.datasource.url=jdbc:h2:mem:${random.uuid}",
    "signonflow.demo=false"})
class RollOutPagesTest extends BrowserTest {

    private static final String HOSTILE = "<img src=x onerror=\"window.__pwned=1\"><script>window.__pwned=1</script>&amp;\"'` "
        + "javascript:alert(1) Ünïcödé\u202E\u0007 " + "Wiiiiiide".repeat(12);

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @BeforeEach
    void logIn() {
        browser.authenticate(at("/login"), "admin");
        browser.console();
    }

    @AfterEach
    void forget() {
        jdbc.update("delete from signonflow_roll_out");
        if (browser != null) {
            browser.online(true);
            browser.desktop();
        }
    }

    private void openPage(RollOutFixture rollOut) {
        browser.go(at("/roll-outs/" + rollOut.id()));
        browser.awaitText("Applications");
    }

    private static By filter(RowState state) {
        return By.cssSelector("#filters ." + state.name().toLowerCase());
    }

    private List<Integer> lines() {
        return ((List<?>) browser.script("return [...document.querySelectorAll('#rows tbody')].map(row => row.line)")).stream()
            .map(line -> ((Number) line).intValue()).toList();
    }

    private void awaitLines(Integer... lines) {
        browser.until("see the lines " + List.of(lines), () -> lines().equals(List.of(lines)));
    }

    /** Rows in every state, the first with a shared policy. */
    private RollOutFixture mixed(String name, Stage stage) {
        List<Request> requests = new ArrayList<>(List.of(new Request(0, Map.of("environment", "sandbox", "policyName", "Shared_MFA"))));
        IntStream.rangeClosed(2, 61).forEach(line -> requests.add(new Request(line, Map.of("environment", line % 3 == 0 ? "production"
            : "sandbox", "applicationName", "Mobile banking " + line, "policyName", "Shared_MFA"))));
        RollOutFixture rollOut = new RollOutFixture(rollOuts, name, "requester", requests);
        rollOut.enter(stage);
        rollOut.reach(RowState.ASSIGNED, null, 0);
        rollOut.reach(RowState.REJECTED, "PingOne refused to create the application: UNIQUENESS_VIOLATION: 'bundleId' is already in use "
            + "(correlation id 6a1f8c0e-1f43-4f5b-9d43-0a6d6b0f2f11).", 2);
        rollOut.fail(3, Trouble.FAILED, "PingOne did not accept the worker's credentials: ACCESS_FAILED: The request could not be "
            + "completed. You do not have access to this resource. (status 401, correlation id 0d2b1c0e-5c57-4a53-8d6e-6a4f1f2a9c11). Look at the worker "
            + "application's roles in PingOne, then retry this step in Cockpit or roll the application back.");
        rollOut.fail(4, Trouble.RETRYING, "PingOne answered with 503: SERVICE_UNAVAILABLE.");
        rollOut.reach(RowState.CREATING, null, 5, 6, 7);
        rollOut.reach(RowState.READY, null, IntStream.rangeClosed(8, 20).toArray());
        rollOut.reach(RowState.ASSIGNING, null, 21, 22);
        rollOut.reach(RowState.ASSIGNED, null, IntStream.rangeClosed(23, 40).toArray());
        rollOut.reach(RowState.UNDOING, null, 41);
        rollOut.reach(RowState.COMPLETED, null, 42, 43);
        rollOut.reach(RowState.ROLLED_BACK, "Rolled back by operator.", 44);
        return rollOut;
    }

    @Test
    void leadsFromTheHomePageToARow() {
        RollOutFixture rollOut = mixed("Spring campaign", Stage.WAITING_FOR_APPROVAL);
        new RollOutFixture(rollOuts, HOSTILE, null, 1_234).enter(Stage.DECLINED);
        browser.go(at("/"));
        browser.awaitText("Roll-outs", "sandbox: responds");
        browser.screenshot("30-home-with-roll-outs");
        browser.tabTo(By.cssSelector("nav a[href='./roll-outs']")).sendKeys(Keys.ENTER);
        browser.awaitText("Spring campaign", "Waiting for approval", "1,234", HOSTILE.substring(0, 20));
        browser.screenshot("31-roll-outs");
        browser.tabTo(By.linkText("Spring campaign")).sendKeys(Keys.ENTER);
        browser.awaitText("60 applications, requested by requester on", "Waiting for approval: nothing has taken effect", "Mobile banking 2",
            "ACCESS_FAILED");
        browser.screenshot("32-roll-out");
        WebElement link = browser.find(By.cssSelector("a[aria-label='Line 5 in Cockpit']"));
        assertThat(link.getDomProperty("href"))
            .isEqualTo(at("/camunda/app/cockpit/default/#/process-instance/" + rollOut.row(5).instanceId() + "/runtime"));
        assertThat(browser.isThere(By.cssSelector("a[aria-label='Line 2 in Cockpit']"))).as("its instance has ended").isFalse();
        assertThat(browser.find(By.linkText("Report as CSV")).getDomProperty("href"))
            .isEqualTo(at("/api/roll-outs/" + rollOut.id() + "/report.csv"));
        assertThat(browser.find(By.cssSelector("#rows tbody tr")).getText()).contains("shared policy", "Shared_MFA", "Assigned");
        WebElement id = browser.find(By.cssSelector("#rows code"));
        assertThat(id.getDomAttribute("title")).isEqualTo(rollOut.row(0).ids().get("applicationId"));
        assertThat(id.getSize().width).as("shortened").isLessThan(100);
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void leadsToARowThatHasNotBegun() {
        RollOutFixture rollOut = mixed("Spring campaign", Stage.CREATING);
        openPage(rollOut);
        browser.awaitText("Mobile banking 50");
        browser.find(By.cssSelector("a[aria-label='Change of line 50']")).click();
        browser.awaitText("Mobile banking 50", "Waiting for its turn: nothing has been created", "Nobody signs on yet: the application is new.",
            "It will create: application, grant, assignment.");
        browser.screenshot("46-row-not-begun");
        rollOut.leaveOutPending();
        browser.awaitText("Left out: nothing was created", "It has created nothing.");
        browser.find(By.linkText("Spring campaign")).click();
        browser.awaitText("Spring campaign", "Left out");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void hostileNamesAreRenderedAsText() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, HOSTILE, "requester", List.of(
            new Request(0, Map.of("environment", HOSTILE.substring(0, 60), "policyName", HOSTILE)),
            new Request(1, Map.of("environment", "sandbox", "applicationName", HOSTILE, "policyName", HOSTILE))));
        rollOut.enter(Stage.CREATING);
        rollOut.fail(1, Trouble.FAILED, HOSTILE + HOSTILE);
        browser.go(at("/roll-outs"));
        browser.awaitText("<img src=x");
        openPage(rollOut);
        browser.awaitText("shared policy", "Failed", "<script>window.__pwned=1</script>");
        browser.click(By.tagName("summary"));
        browser.screenshot("33-hostile-roll-out");
        assertThat(browser.script("return window.__pwned === undefined")).isEqualTo(true);
        assertThat(browser.isThere(By.cssSelector("main img, main script, a[href^=javascript]"))).as("markup became an element").isFalse();
        assertFits();
        assertThat(browser.console()).isEmpty();
    }

    private void assertFits() {
        assertThat(browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
            .as("pixels beyond the page").isEqualTo(0L);
    }

    /** Issue 10, number 6. */
    @Test
    void aRowExpandsToEverythingThatTakesEffect() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Evil", "requester", List.of(
            new Request(0, Map.of("environment", "sandbox", "policyName", "Shared_MFA", "policy", "shared", "deviceAuthenticationPolicyId",
                "11111111-2222-3333-4444-555555555555")),
            new Request(2, Map.of("environment", "sandbox", "applicationName", "Good", "policyName", "Shared_MFA", "policy", "shared",
                "scopes", "profile", "assignmentPriority", "1")),
            new Request(3, Map.of("environment", "sandbox", "applicationName", "Bad", "applicationDescription", HOSTILE, "policyName",
                "Shared_MFA", "policy", "shared", "scopes", "profile,p1:read:user", "assignmentPriority", "1",
                "redirectUris", "https://evil.example/steal,http://evil.example/" + "steal".repeat(60)))));
        rollOut.reach(RowState.READY, null, 0, 2, 3);
        rollOut.enter(Stage.WAITING_FOR_APPROVAL);
        rollOuts.decided(rollOut.id(), "approve", "approver", HOSTILE);
        openPage(rollOut);
        browser.awaitText("Second look", "Approved by approver on", "<script>window.__pwned=1</script>");
        browser.tabTo(By.xpath("//tbody//button[normalize-space()='Bad']")).sendKeys(Keys.ENTER);
        browser.awaitText("https://evil.example/steal,http://evil.example/stealsteal", "profile,p1:read:user",
            "a new one shared with others", "11111111-2222-3333-4444-555555555555",
            "The application may ask for more than the usual scopes",
            "Tokens are sent to redirect URIs that are neither https");
        browser.script("document.querySelector('.details').scrollIntoView({block: 'center'})");
        browser.screenshot("44-row-opened");
        assertFits();
        assertThat(browser.script("return window.__pwned === undefined")).isEqualTo(true);
        rollOut.fail(3, Trouble.FAILED, "Seen while it is open.");
        browser.awaitText("Seen while it is open.", "profile,p1:read:user");
        browser.click(By.cssSelector("#filters .second_look"));
        awaitLines(3);
        browser.screenshot("45-second-look");
        browser.click(By.xpath("//tbody//button[normalize-space()='Bad']"));
        assertThat(browser.text()).doesNotContain("p1:read:user");
        browser.click(By.cssSelector("#filters .all"));
        awaitLines(0, 2, 3);
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void filterByStateAndTrouble() {
        RollOutFixture rollOut = mixed("Spring campaign", Stage.ASSIGNING);
        openPage(rollOut);
        assertThat(browser.find(filter(RowState.READY)).getText()).isEqualTo("Ready 13");
        assertThat(browser.isThere(By.cssSelector("#filters .left_out:not([hidden])"))).as("there is none").isFalse();
        browser.tabTo(filter(RowState.UNDOING)).sendKeys(Keys.SPACE);
        awaitLines(41);
        assertThat(browser.find(filter(RowState.UNDOING)).getDomAttribute("aria-pressed")).isEqualTo("true");
        browser.click(By.cssSelector("#filters .failed"));
        awaitLines(3);
        browser.screenshot("34-roll-out-filtered");
        browser.click(filter(RowState.ASSIGNING));
        awaitLines(21, 22);
        rollOut.reach(RowState.ASSIGNED, null, 21);
        awaitLines(22);
        rollOut.reach(RowState.ASSIGNING, null, 20);
        awaitLines(20, 22);
        rollOut.reach(RowState.ASSIGNED, null, 20, 22);
        awaitLines();
        browser.awaitText("Assigning 0", "None.");
        browser.click(By.cssSelector("#filters .all"));
        browser.until("see all", () -> lines().size() == 61);
    }

    @Test
    void updatesLiveUntilTheEnd() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Live", "requester", 12);
        rollOut.enter(Stage.CREATING);
        openPage(rollOut);
        browser.awaitText("0 of 12", "Pending 12");
        browser.script("window.__same = true");
        rollOut.reach(RowState.READY, null, 1, 2, 3);
        browser.awaitText("3 of 12", "a minute", "left", "Ready 3");
        browser.until("see the first row ready", () -> browser.find(By.cssSelector("#rows tbody tr")).getText().contains("Ready"));
        browser.screenshot("35-roll-out-live");
        rollOut.enter(Stage.WAITING_FOR_APPROVAL);
        browser.awaitText("Waiting for approval");
        rollOut.reach(RowState.ASSIGNED, null, 1, 2, 3);
        rollOut.leaveOutPending();
        rollOut.reach(RowState.COMPLETED, null, 1, 2, 3);
        rollOut.enter(Stage.COMPLETED);
        browser.awaitText("Completed", "ended on", "Left out 9");
        assertThat(browser.text()).doesNotContain("Decide in Tasklist", "Open in Cockpit", "a minute");
        assertThat(browser.script("return window.__same")).as("never reloaded").isEqualTo(true);
        assertThat(browser.script("return performance.getEntriesByType('navigation').length")).isEqualTo(1L);
        assertThat(browser.console()).isEmpty();
        browser.screenshot("36-roll-out-completed");
    }

    @Test
    void undone() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Undone", "requester", 4);
        rollOut.reach(RowState.READY, null, 1, 2);
        rollOut.reach(RowState.ROLLED_BACK, null, 3);
        rollOut.enter(Stage.UNDOING);
        openPage(rollOut);
        browser.awaitText("Undone", "1 of 4");
        assertThat(browser.find(By.id("undone")).getAccessibleName()).isEqualTo("Undone");
        assertThat(browser.isThere(By.cssSelector("#created:not([hidden])"))).isFalse();
    }

    @Test
    void aLostConnectionIsReportedAndRestored() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Lost", "requester", 3);
        openPage(rollOut);
        browser.online(false);
        browser.awaitText("The connection was lost. Trying again …");
        browser.screenshot("37-connection-lost");
        browser.online(true);
        rollOut.reach(RowState.READY, null, 1);
        browser.awaitText("1 of 3");
        browser.until("no more be told of it", () -> !browser.text().contains("lost"));
    }

    @Test
    void missingRollOutsAndThoseOfOthers() {
        browser.go(at("/roll-outs"));
        browser.awaitText("There are no roll-outs visible to you.");
        RollOutFixture others = new RollOutFixture(rollOuts, "Somebody else's", "somebody", 3);
        browser.authenticate(at("/login"), "requester");
        browser.go(at("/roll-outs/" + others.id()));
        browser.awaitText("There is no such roll-out.");
        assertThat(browser.text()).doesNotContain("Somebody else's", "Applications");
        browser.screenshot("38-no-such-roll-out");
    }

    @Test
    void tenThousandRowsStayResponsive() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Ten thousand", "requester", 10_000);
        rollOut.enter(Stage.CREATING);
        jdbc.update("update signonflow_roll_out_row set state = 'READY' where roll_out_id = ? and line <= 4000", rollOut.id());
        openPage(rollOut);
        browser.awaitText("4,000 of 10,000", "App 100");
        assertThat(lines()).hasSize(100);
        for (int page = 2; page <= 30; page++) {
            int rows = page * 100;
            browser.script("document.getElementById('more').click()");
            browser.until("see " + rows + " rows", () -> lines().size() == rows);
        }
        assertThat(lines()).isEqualTo(IntStream.rangeClosed(1, 3_000).boxed().toList());
        browser.script("document.querySelectorAll('#rows tr')[2500].scrollIntoView(); window.__longest = 0;"
            + "new PerformanceObserver(all => all.getEntries().forEach(task => __longest = Math.max(__longest, task.duration)))"
            + ".observe({type: 'longtask'})");
        rollOut.reach(RowState.REJECTED, "Seen without reload.", 2_503);
        browser.awaitText("Seen without reload.");
        System.out.println("Longest unresponsive period of the page with 3,000 rows shown: " + browser.script("return __longest") + " ms");
        assertThat(((Number) browser.script("return __longest")).doubleValue()).isLessThan(Duration.ofSeconds(1).toMillis());
        browser.click(By.cssSelector("#filters .rejected"));
        awaitLines(2_503);
        browser.screenshot("39-ten-thousand-filtered");
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 820, 1210})
    void fitsTheScreen(int width) {
        RollOutFixture rollOut = mixed("Spring campaign with a name that takes more than a line on a phone", Stage.WAITING_FOR_APPROVAL);
        browser.screen(width);
        openPage(rollOut);
        browser.awaitText("Mobile banking 2");
        browser.screenshot("40-roll-out-at-" + width);
        assertFits();
        browser.script("document.querySelector('#rows').scrollIntoView()");
        browser.screenshot("41-rows-at-" + width);
        browser.go(at("/roll-outs"));
        browser.awaitText("Spring campaign");
        browser.screenshot("42-roll-outs-at-" + width);
        assertFits();
        browser.go(at("/"));
        browser.awaitText("sandbox: responds");
        browser.screenshot("43-home-at-" + width);
        assertFits();
    }
}
