package org.signonflow.engine;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in a person's words what the engine says in its own, with codes, names of its classes and nulls. */
final class PlainSentences {

    private static final Pattern MISSING = Pattern.compile("(?s).*: (\\w+) is null");
    private static final String NO_JOB = "There is no such job: it has been carried out, or never existed.";
    private static final Map<String, String> OF_MISSING = Map.of(
        "task", "There is no such task: it has been completed, or never existed.",
        "execution", "There is no such process instance: it has ended, or never existed.",
        "processInstance", "There is no such process instance: it has ended, or never existed.",
        "job", NO_JOB,
        "processDefinition", "There is no such process definition.");

    private PlainSentences() {
    }

    /** The engine's sentence, or another in its place; null for null. */
    static String of(String said) {
        if (said == null) {
            return null;
        }
        Matcher missing = MISSING.matcher(said);
        if (missing.matches() && OF_MISSING.containsKey(missing.group(1))) {
            return OF_MISSING.get(missing.group(1));
        }
        String plain = said.replaceFirst("^ENGINE-\\d+ ", "");
        if (plain.startsWith("No matching task with id ") || plain.startsWith("No task found for task id ")) {
            return OF_MISSING.get("task");
        }
        if (plain.startsWith("No job found with id ")) {
            return NO_JOB;
        }
        if (plain.startsWith("Cannot correlate a message ")) {
            return "businessKey: more than one process instance has it; name one by its processInstanceId.";
        }
        // It is correlated only to what can be rolled back.
        return plain.startsWith("Cannot correlate message 'RollBack'")
            ? "There is nothing to roll back: the process instance has ended, is being rolled back already, or never existed." : plain;
    }
}
