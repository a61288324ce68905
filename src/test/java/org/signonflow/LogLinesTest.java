package org.signonflow;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.util.StatusPrinter2;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.MarkerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Logging as configured outside of tests, to the console and to a file. */
@ExtendWith(OutputCaptureExtension.class)
class LogLinesTest {

    private static final String FORGED = "2026-11-26T07:41:38.738Z  INFO 1 --- [Signonflow] [main] org.signonflow : all is well";

    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("org.signonflow.Test");

    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void configure() throws Exception {
        file = directory.resolve("log");
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("LOG_FILE", file.toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogLinesTest.class.getResource("/logback-spring.xml"));
    }

    @AfterEach
    void stop() {
        new StatusPrinter2().printInCaseOfErrorsOrWarnings(context);
        context.stop();
    }

    /** The lines of the file, which equal those of the console; only the first may look like a record. */
    private List<String> oneRecord(CapturedOutput output) throws Exception {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).isNotEmpty();
        assertThat(lines.get(0)).matches("\\d{4}-.*");
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.isEmpty() || line.startsWith("\t") || line.startsWith("  | "));
        assertThat(String.join("", lines)).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\t]]");
        assertThat(output.getOut().replaceAll("(?s).*(?=\\d{4}-\\d\\d-\\d\\dT\\S+ +(INFO|ERROR) +---)", "").lines().skip(1))
            .containsExactlyElementsOf(lines.subList(1, lines.size()));
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085", "\u000b", "\u001b[2K\r", "\u0000\n", "\u202e\n", "\n\n"})
    void messageCannotForgeARecord(String lineBreak, CapturedOutput output) throws Exception {
        log.info("The user x{}{} is gone", lineBreak, FORGED);
        assertThat(oneRecord(output)).last().asString().endsWith(FORGED + " is gone");
    }

    @Test
    void exceptionCannotForgeARecord(CapturedOutput output) throws Exception {
        IllegalStateException cause = new IllegalStateException("y\r" + FORGED + "\u001b[31m");
        cause.addSuppressed(new IllegalArgumentException("z\n" + FORGED));
        log.error("Failed", new RuntimeException("x\n" + FORGED, cause));
        assertThat(oneRecord(output)).contains("  | " + FORGED, "  | Caused by: java.lang.IllegalStateException: y?" + FORGED + "?[31m")
            .anyMatch(line -> line.startsWith("\tat org.signonflow.LogLinesTest."));
    }

    @Test
    void ownMultilineMessagesCanBeCopied() throws Exception {
        log.info(MarkerFactory.getMarker("OWN_LINES"), "Ready.\n\n  curl \\\n    -s {}", "http://localhost");
        assertThat(Files.readAllLines(file)).endsWith("", "  curl \\", "    -s http://localhost");
    }
}
