package org.signonflow.rollout;

import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** A list in JSON: an array of flat objects. */
final class JsonList {

    /** Member names are user input, so none is cached beyond the list. */
    private static final JsonFactory JSON = JsonFactory.builder().disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .build();

    private final JsonParser parser;
    private final Requests requests;
    private int element;

    private JsonList(JsonParser parser, Requests requests) {
        this.parser = parser;
        this.requests = requests;
    }

    static void read(Reader text, Requests requests) throws IOException {
        JsonList list = new JsonList(JSON.createParser(ObjectReadContext.empty(), text), requests);
        try {
            list.read();
        } catch (JacksonIOException failed) {
            // The underlying reader has already explained the failure.
            throw failed.getCause();
        } catch (JacksonException malformed) {
            // Exceeding a limit of nesting or length has no location of its own.
            TokenStreamLocation at = list.parser.currentLocation();
            throw new UnreadableList(list.element, "The list is not valid JSON from line %d, column %d on.".formatted(at.getLineNr(),
                at.getColumnNr()));
        }
    }

    private void read() throws IOException {
        parser.nextToken();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element++;
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                requests.add(element, members());
            } else {
                requests.problem(element, null, "is no object.");
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new UnreadableList(0, "The list has content after its end.");
        }
    }

    private Map<String, String> members() throws IOException {
        Map<String, String> members = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            boolean known = Columns.ALL.contains(name);
            JsonToken value = parser.nextToken();
            if (!known || members.containsKey(name)) {
                requests.badColumn(element, name);
            } else if (value.isStructStart()) {
                requests.problem(element, name, "must be a string, number or boolean.");
            }
            if (known) {
                members.putIfAbsent(name, value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getString() : "");
            }
            parser.skipChildren();
        }
        return members;
    }
}
