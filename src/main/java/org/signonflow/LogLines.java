package org.signonflow;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;

import java.util.regex.Pattern;

/**
 * Prevents user input from forging log records, moving a terminal's cursor or reversing text direction: in messages and stack traces each
 * continuation line begins with a bar or, in the stack trace's own lines, with a tab, and other control characters become question marks.
 * See {@code log-lines.xml}. Events marked {@code OWN_LINES} are left as they are: they contain no user input and are meant to be copied.
 */
public final class LogLines {

    private static final Pattern CONTROL = Pattern.compile("\\r(?!\\n)|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\r\\n\\t]]");
    private static final Pattern LINE_BREAK = Pattern.compile("\\r?\\n");
    private static final Pattern FURTHER_LINE = Pattern.compile("(?<=\\n)(?=[^\\n\\t])");

    private static final String OWN_LINES = "OWN_LINES";

    private LogLines() {
    }

    private static String plain(String text) {
        String lines = LINE_BREAK.matcher(CONTROL.matcher(text).replaceAll("?")).replaceAll("\n");
        return FURTHER_LINE.matcher(lines).replaceAll("  | ");
    }

    /** The message of a log record. */
    public static final class Message extends MessageConverter {
        @Override
        public String convert(ILoggingEvent event) {
            boolean own = event.getMarkerList() != null && event.getMarkerList().stream().anyMatch(one -> one.getName().equals(OWN_LINES));
            return own ? super.convert(event) : plain(super.convert(event));
        }
    }

    /** The stack trace, which begins on a line of its own. */
    public static final class StackTrace extends ExtendedWhitespaceThrowableProxyConverter {
        @Override
        protected String throwableProxyToString(IThrowableProxy thrown) {
            return plain(super.throwableProxyToString(thrown));
        }
    }
}
