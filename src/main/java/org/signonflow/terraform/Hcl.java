package org.signonflow.terraform;

import org.signonflow.change.PlainText;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes Terraform's language, laid out as {@code terraform fmt} does. Whatever a text contains, it stays a text: nothing in it is
 * evaluated, ends the string or the comment that it stands in, or is invisible there.
 *
 * @see <a href="https://developer.hashicorp.com/terraform/language/expressions/strings">Terraform: strings and templates</a>
 */
final class Hcl {

    /** An expression, as it is. */
    record Expression(String text) {
    }

    /** A block within another, where an object would be {@code name = {...}}. */
    record Block(Map<String, Object> members) {
    }

    private static final String INDENT = "  ";
    private static final int LONGEST_IDENTIFIER = 60;

    private final StringBuilder out = new StringBuilder();

    /** A comment of one line for each line of the text. */
    Hcl comment(String text) {
        text.lines().forEach(line -> out.append("# ").append(PlainText.oneLine(line.stripTrailing())).append('\n'));
        return this;
    }

    Hcl blankLine() {
        out.append('\n');
        return this;
    }

    /**
     * A block at the top.
     *
     * @param header  such as {@code resource "type" "name"}
     * @param members by name: a String, Boolean, Number or {@link Expression}, a List of these, or a Map for an object or a {@link Block}
     */
    Hcl block(String header, Map<String, Object> members) {
        out.append(header).append(" {\n");
        body(members, INDENT);
        out.append("}\n");
        return this;
    }

    private void body(Map<String, Object> members, String indent) {
        SortedMap<Integer, Map<String, Object>> paragraphs = new TreeMap<>();
        int paragraph = 0;
        for (Map.Entry<String, Object> member : members.entrySet()) {
            boolean isNested = member.getValue() instanceof Map || member.getValue() instanceof Block;
            paragraph += isNested ? 1 : 0;
            paragraphs.computeIfAbsent(paragraph, any -> new LinkedHashMap<>()).put(member.getKey(), member.getValue());
            paragraph += isNested ? 1 : 0;
        }
        boolean isFirst = true;
        for (Map<String, Object> together : paragraphs.values()) {
            out.append(isFirst ? "" : "\n");
            isFirst = false;
            int width = together.keySet().stream().mapToInt(String::length).max().orElse(0);
            together.forEach((name, value) -> member(name, value, width, indent));
        }
    }

    private void member(String name, Object value, int width, String indent) {
        out.append(indent).append(name);
        if (value instanceof Block block) {
            out.append(" {\n");
            body(block.members(), indent + INDENT);
            out.append(indent).append("}\n");
        } else if (value instanceof Map<?, ?> object) {
            out.append(" = {\n");
            Map<String, Object> members = new LinkedHashMap<>();
            object.forEach((key, one) -> members.put((String) key, one));
            body(members, indent + INDENT);
            out.append(indent).append("}\n");
        } else {
            out.append(" ".repeat(width - name.length())).append(" = ").append(expression(value)).append('\n');
        }
    }

    private static String expression(Object value) {
        if (value instanceof Expression expression) {
            return expression.text();
        }
        if (value instanceof List<?> items) {
            return items.stream().map(Hcl::expression).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String text ? string(text) : value.toString();
    }

    /** A string that means exactly this text. */
    static String string(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            int point = points[i];
            // Not doubled, as would be usual: what a doubled one means depends on what precedes it.
            boolean beginsTemplate = (point == '$' || point == '%') && i + 1 < points.length && points[i + 1] == '{';
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (point == '\n') {
                quoted.append("\\n");
            } else if (Character.getType(point) == Character.SURROGATE) {
                // Half a pair, for which there is nothing.
                quoted.append("\\uFFFD");
            } else if (beginsTemplate || isUnclear(point)) {
                quoted.append(Character.isBmpCodePoint(point) ? "\\u%04X".formatted(point) : "\\U%08X".formatted(point));
            } else {
                quoted.appendCodePoint(point);
            }
        }
        return quoted.append('"').toString();
    }

    private static boolean isUnclear(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.UNASSIGNED, Character.PRIVATE_USE,
                Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SPACE_SEPARATOR -> point != ' ';
            default -> false;
        };
    }

    /** A name made of the text's letters and digits that are ASCII, or can be written so. */
    static String identifier(String text, String otherwise) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
        String cut = plain.substring(0, Math.min(plain.length(), LONGEST_IDENTIFIER)).replaceAll("_$", "");
        return cut.isEmpty() ? otherwise : Character.isDigit(cut.charAt(0)) ? otherwise + "_" + cut : cut;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
