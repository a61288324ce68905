package org.signonflow.rollout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.input.BoundedInputStream;
import org.signonflow.change.FlowFields;
import org.springframework.stereotype.Component;

/**
 * Reads the list of a roll-out: CSV with a header that names the columns, separated by commas, semicolons or tabs, or a JSON array of flat
 * objects. At most 10,000 applications, 8 MiB of UTF-8, 4,000 characters in a cell.
 */
@Component
public class RollOutList {

    static final int MOST_BYTES = 8 << 20;

    private static final String NOT_UTF_8 = "The list is not UTF-8 text. Save it from a spreadsheet as \"CSV UTF-8\".";
    /** How much is inspected to detect the format. */
    private static final int BEGINNING = 8_192;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final FlowFields fields;

    RollOutList(FlowFields fields) {
        this.fields = fields;
    }

    /**
     * Reads the list up to its limits and completes each row. The caller closes the stream.
     *
     * @return the applications in the order of the list, followed by the new policies that they share, with the lines 0, -1 and so on
     * @throws BadList     with all problems
     * @throws IOException if the stream fails
     */
    public List<Request> read(InputStream list, Settings settings) throws IOException {
        Requests requests = new Requests(fields, settings);
        try {
            read(list, requests);
        } catch (CharacterCodingException notUtf8) {
            requests.unreadable(0, NOT_UTF_8);
        } catch (UnreadableList unreadable) {
            requests.unreadable(unreadable.line(), unreadable.getMessage());
        }
        return requests.complete();
    }

    /**
     * Completes a single request, which gets a new policy of its own.
     *
     * @param values the flow's variables by name, as texts
     * @throws BadList with all problems
     */
    public Request one(Map<String, String> values) {
        Requests requests = new Requests(fields, new Settings("one", Settings.OWN, Map.of()));
        Map<String, String> known = new LinkedHashMap<>(values);
        known.keySet().retainAll(Columns.ALL);
        values.keySet().stream().filter(name -> !Columns.ALL.contains(name)).forEach(name -> requests.badColumn(0, name));
        try {
            requests.add(0, known);
        } catch (UnreadableList never) {
            throw new IllegalStateException(never);
        }
        return requests.complete().get(0);
    }

    private static void read(InputStream list, Requests requests) throws IOException {
        InputStream bounded = BoundedInputStream.builder().setInputStream(list).setMaxCount(MOST_BYTES + 1).setOnMaxCount((most, count) -> {
            throw new UnreadableList(0, "The list is longer than 8 MiB.");
        }).get();
        // Unlike a charset, an explicit decoder reports what it cannot decode.
        BufferedReader text = new BufferedReader(new InputStreamReader(bounded, StandardCharsets.UTF_8.newDecoder()), BEGINNING);
        String beginning = beginning(text);
        if (beginning.indexOf('\0') >= 0) {
            throw new UnreadableList(0, NOT_UTF_8);
        }
        if (beginning.isBlank()) {
            throw new UnreadableList(0, "The list is empty.");
        }
        if (beginning.stripLeading().startsWith("[")) {
            JsonList.read(text, requests);
        } else {
            CsvList.read(text, beginning, requests);
        }
        requests.end();
    }

    private static String beginning(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        text.mark(BEGINNING);
        char[] beginning = new char[BEGINNING];
        int length = 0;
        for (int read = 0; read >= 0 && length < BEGINNING; length += Math.max(read, 0)) {
            read = text.read(beginning, length, BEGINNING - length);
        }
        text.reset();
        return new String(beginning, 0, length);
    }
}
