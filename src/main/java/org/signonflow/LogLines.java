package org.signonflow;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;

import java.util.regex.Pattern;

/**
 * Sees that what people send cannot forge a record of the log, nor move a terminal's cursor or turn a line around: in messages and stack
 * traces each further line begins with a bar or, as a stack trace's own, with a tab, and other control characters become question marks.
 * See {@code log-lines.xml}. What is marked with {@code OWN_LINES} stays as it is: it has nothing in it that anybody sent, and is there to
 * be copied.
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

    /** The record's message. */
    public static final class Message extends MessageConverter {
        @Override
        public String convert(ILoggingEvent event) {
            boolean own = event.getMarkerList() != null && event.getMarkerList().stream().anyMatch(one -> one.getName().equals(OWN_LINES));
            return own ? super.convert(event) : plain(super.convert(event));
        }
    }

    /** What was thrown, which begins on a line of its own. */
    public static final class StackTrace extends ExtendedWhitespaceThrowableProxyConverter {
        @Override
        protected String throwableProxyToString(IThrowableProxy thrown) {
            return plain(super.throwableProxyToString(thrown));
        }
    }
}
