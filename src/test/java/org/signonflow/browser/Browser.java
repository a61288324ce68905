package org.signonflow.browser;

import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** A headless Chromium with its own profile. An alert that a page opens fails the next action. */
final class Browser implements AutoCloseable {

    static final String MISSING = "The browser tests are skipped: there is no Chromium with its chromedriver here. Install chromium and "
        + "chromium-driver, or name them in the environment variables CHROMIUM and CHROMEDRIVER.";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int MOST_TABS = 60;
    private static final String AXE = resource("/axe.min.js");

    private final ChromeDriver driver;
    private final Path profile;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** A browser, or null if Chromium is not installed. */
    static Browser open() throws IOException {
        String chromium = find("CHROMIUM", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
        String chromedriver = find("CHROMEDRIVER", "/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
        if (chromium == null || chromedriver == null) {
            LoggerFactory.getLogger(Browser.class).warn(MISSING);
            return null;
        }
        Path profile = Files.createTempDirectory("chromium");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // The proxy's certificate is self-signed.
        options.setAcceptInsecureCerts(true);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + profile,
            "--window-size=1400,1000", "--lang=en");
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(new File(chromedriver)).usingAnyFreePort()
            .build();
        Files.createDirectories(SCREENSHOTS);
        return new Browser(new ChromeDriver(service, options), profile);
    }

    private static String find(String variable, String... usual) {
        String named = System.getenv(variable);
        return (named == null ? Stream.of(usual) : Stream.of(named)).filter(path -> new File(path).canExecute()).findFirst().orElse(null);
    }

    private static String resource(String name) {
        try (InputStream in = Browser.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        FileSystemUtils.deleteRecursively(profile);
    }

    void go(String url) {
        driver.get(url);
    }

    /** Deletes all cookies, and with them any login. */
    void forget() {
        driver.manage().deleteAllCookies();
        console();
    }

    /** Logs a user of the sandbox in to everything, on our own login page, but without filling in its form. */
    void authenticate(String loginPage, String user) {
        go(loginPage);
        // Only a new session says which token its login must repeat.
        driver.manage().deleteAllCookies();
        assertThat(driver.executeAsyncScript("""
            const [user, done] = arguments;
            fetch('camunda/app/welcome/default/').then(session => fetch('camunda/api/admin/auth/user/default/login/welcome', {
              method: 'POST',
              headers: { 'X-XSRF-TOKEN': session.headers.get('X-XSRF-TOKEN'), Accept: 'application/json' },
              body: new URLSearchParams({ username: user, password: `${user}-sandbox` }),
            })).then(reply => done(reply.status), failed => done(String(failed)));
            """, user)).isEqualTo(200L);
    }

    /** Logs a user of the sandbox in to one of the web applications, by its own form. */
    void login(String url, String user) {
        go(url);
        By name = By.cssSelector("input[placeholder=Username]");
        // The page may render its login form a second time.
        until("have typed name and password", () -> {
            fill(find(name), user);
            fill(find(By.cssSelector("input[type=password]")), user + "-sandbox");
            return user.equals(find(name).getDomProperty("value"));
        });
        press(Keys.ENTER);
        awaitUser(user);
    }

    /** Waits until one of the web applications greets a user of the sandbox. */
    void awaitUser(String user) {
        awaitText(Character.toUpperCase(user.charAt(0)) + user.substring(1) + " Sandbox");
    }

    /** A handheld screen of that width, until {@link #desktop}. */
    void screen(int width) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", 844, "deviceScaleFactor", 2, "mobile", true));
    }

    void desktop() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    /** Switches the network on or off. */
    void online(boolean online) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.emulateNetworkConditions",
            Map.of("offline", !online, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** The first such element that is visible. */
    WebElement find(By by) {
        return until("see " + by, () -> driver.findElements(by).stream().filter(WebElement::isDisplayed).findFirst().orElseThrow());
    }

    void click(By by) {
        until("click " + by, () -> {
            WebElement element = find(by);
            // Tasklist's own bars cover elements that have only just been scrolled into view.
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
            element.click();
            return true;
        });
    }

    void clickText(String text) {
        click(By.xpath("//body//*[normalize-space()='%1$s' and not(*[normalize-space()='%1$s'])]".formatted(text)));
    }

    /** Replaces the text of a field; repeats this if the page has just re-rendered the field. */
    void fill(WebElement field, String text) {
        String kept = field.getTagName().equals("textarea") ? text : text.replace("\n", "");
        until("have typed " + text, () -> {
            if (!kept.equals(field.getDomProperty("value"))) {
                field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
                field.sendKeys(text);
            }
            return kept.equals(field.getDomProperty("value"));
        });
    }

    /** Moves the focus to an element with the keyboard alone. */
    WebElement tabTo(By by) {
        WebElement wanted = find(by);
        for (int i = 0; i < MOST_TABS; i++) {
            if (wanted.equals(driver.switchTo().activeElement())) {
                return wanted;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("The Tab key does not reach " + by);
    }

    void press(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** All visible text of the page. */
    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    String awaitText(String... texts) {
        return until("read " + List.of(texts), () -> {
            String text = text();
            return Stream.of(texts).allMatch(text::contains) ? text : null;
        });
    }

    /** Waits until a button is enabled: Camunda Forms validate a field a moment after typing. */
    void awaitEnabled(By by) {
        until("use " + by, () -> find(by).isEnabled());
    }

    Object script(String script) {
        return driver.executeScript(script);
    }

    /** What people with disabilities cannot use on this page, as axe finds it by the rules of WCAG 2, levels A and AA. */
    @SuppressWarnings("unchecked")
    List<String> inaccessible() {
        driver.executeScript(AXE);
        return (List<String>) driver.executeAsyncScript("""
            const done = arguments[arguments.length - 1];
            axe.run({ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(
              found => done(found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .map(one => `${one.impact} ${one.id}: ${one.nodes.map(node => node.html).join(' | ')}`)),
              failed => done([String(failed)]));
            """);
    }

    /** The errors on the pages since the last call, as reported by the console. */
    List<String> console() {
        return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
            .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue()).map(LogEntry::getMessage).toList();
    }

    /** Saves a screenshot once nothing moves any more. */
    void screenshot(String name) {
        until("stand still", () -> Boolean.TRUE.equals(script("return document.getAnimations().every(a => a.playState !== 'running')"
            + " || document.querySelector('.loading, .spinner') === null")));
        write(name);
    }

    private void write(String name) {
        try {
            Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    <T> T until(String what, Supplier<T> condition) {
        try {
            return new WebDriverWait(driver, PATIENCE, POLL).withMessage("Waited to " + what)
                .ignoreAll(List.of(NoSuchElementException.class, StaleElementReferenceException.class,
                    java.util.NoSuchElementException.class, ElementNotInteractableException.class))
                .until(ignored -> condition.get());
        } catch (TimeoutException neverHappened) {
            write("failed-" + System.currentTimeMillis() % 1_000_000);
            throw neverHappened;
        }
    }

    boolean isThere(By by) {
        return !driver.findElements(by).isEmpty();
    }
}
