package org.signonflow.browser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.signonflow.Signonflow;
import org.signonflow.harness.Nginx;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages and the web applications behind nginx, with TLS and a path prefix. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "camunda.bpm.job-execution.enabled=false",
    "spring.datasource.url=jdbc:h2:mem:${random.uuid}",
    "signonflow.demo=false",
    "server.servlet.context-path=/signonflow",
    "server.tomcat.remoteip.internal-proxies=127\\.0\\.0\\.1",
    "camunda.bpm.webapp.session-cookie.enable-secure-cookie=true",
    "camunda.bpm.webapp.csrf.enable-secure-cookie=true"})
class BehindProxyPagesTest extends BrowserTest {

    @Autowired
    RollOuts rollOuts;

    private Nginx nginx;

    @BeforeEach
    void start() throws Exception {
        nginx = Nginx.inFrontOf(port);
        Assumptions.assumeTrue(nginx != null, Nginx.MISSING);
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
    }

    @Override
    String at(String path) {
        return "https://localhost:" + nginx.port() + "/signonflow" + path;
    }

    @Test
    void everyPageWorksUnderThePrefix() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Autumn", "requester", 3);
        rollOut.enter(Stage.WAITING_FOR_APPROVAL);
        browser.forget();
        browser.login(at("/camunda/app/tasklist/"), "approver");
        browser.console();
        browser.until("have Tasklist's own script loaded", () -> browser.isThere(By.className("what-became-of-it")));
        browser.go(at("/"));
        browser.awaitText("sandbox: responds");
        browser.click(By.cssSelector("nav a[href='./roll-outs']"));
        browser.awaitText("Waiting for approval: nothing has taken effect", "requester");
        browser.click(By.linkText("Autumn"));
        browser.awaitText("3 applications, requested by requester", "0 of 3");
        browser.until("see the rows", () -> browser.script("return document.querySelectorAll('#rows tbody tr').length").equals(3L));
        assertThat(browser.find(By.linkText("Report as CSV")).getDomProperty("href")).isEqualTo(at("/api/roll-outs/" + rollOut.id()
            + "/report.csv"));
        assertThat(browser.text()).as("a link to what approvers may not enter").doesNotContain("Cockpit");
        browser.clickText("Tasklist");
        browser.awaitText("Approver Sandbox");
        assertThat(browser.console()).isEmpty();

        browser.forget();
        browser.login(at("/camunda/app/tasklist/"), "requester");
        browser.clickText("Start process");
        browser.clickText("Configure MFA sign-on");
        browser.awaitText("PingOne environment", "sandbox");
        By start = By.xpath("//div[@class='modal-footer ng-scope']//button[normalize-space()='Start']");
        // Tasklist may render the form again and forget what was typed.
        browser.until("have filled in the form", () -> {
            browser.fill(browser.find(By.cssSelector("[id$=-Field_applicationName]")), "Shop");
            browser.fill(browser.find(By.cssSelector("[id$=-Field_policyName]")), "Shop_MFA");
            return browser.find(start).isEnabled();
        });
        browser.click(start);
        browser.awaitText("It is being created; nothing takes effect yet.");
        browser.click(By.linkText("Open the change"));
        browser.awaitText("Creating: nothing has taken effect", "Shop_MFA");
        browser.click(By.linkText("Open in Cockpit"));
        browser.click(By.linkText("Open the change"));
        browser.awaitText("Creating: nothing has taken effect", "Shop_MFA");
        browser.go(at("/camunda/app/tasklist/"));
        browser.clickText("Start process");
        browser.clickText("Configure passwordless sign-on");
        browser.click(By.partialLinkText("Choose application"));
        browser.awaitText("Find by a part of its name or id", "PingOne Self-Service");
    }
}
