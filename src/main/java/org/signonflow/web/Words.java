package org.signonflow.web;

import org.signonflow.change.ChangeState;
import org.signonflow.change.DriftState;
import org.signonflow.change.Drifted;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.pingone.Authenticator;
import org.signonflow.rollout.RollOut;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the pages call states, stages, fields and objects. */
final class Words {

    static final Map<ChangeState, String> STATES = Map.ofEntries(
        Map.entry(ChangeState.PENDING, "Waiting for its turn: nothing has been created"),
        Map.entry(ChangeState.CREATING, "Creating: nothing has taken effect"),
        Map.entry(ChangeState.WAITING_FOR_APPROVAL, "Waiting for approval: nothing has taken effect"),
        Map.entry(ChangeState.ASSIGNING, "Assigning: taking effect"),
        Map.entry(ChangeState.ASSIGNED, "Assigned: in effect, its roll-out has not ended"),
        Map.entry(ChangeState.UNDOING, "Undoing"),
        Map.entry(ChangeState.COMPLETED, "Completed: in effect"),
        Map.entry(ChangeState.DECLINED, "Declined: nothing remains in PingOne"),
        Map.entry(ChangeState.REJECTED, "Rejected: nothing remains in PingOne"),
        Map.entry(ChangeState.ROLLED_BACK, "Rolled back: nothing remains in PingOne"),
        Map.entry(ChangeState.CANCELLED, "Cancelled: an administrator deleted it"),
        Map.entry(ChangeState.LEFT_OUT, "Left out: nothing was created"));

    /** Of a roll-out some of whose rows were undone. */
    private static final String UNDONE_IN_PART = "Completed, and undone in part since";

    /** Of a change that another has undone, and of a roll-out all of whose rows were. */
    static final String UNDONE = "Undone: no longer in effect";

    /** Of a change whose undo has unassigned its policy and not completed. */
    static final String UNASSIGNED = "Unassigned by an undo: not in effect";

    /** Of a change that has completed, and something of which is not in PingOne any more. */
    static final String GONE = "Completed: not in effect as it was, something of it is gone in PingOne";

    /** Of a change that undoes another. */
    static final Map<ChangeState, String> STATES_OF_UNDO = Map.ofEntries(
        Map.entry(ChangeState.PENDING, "Waiting for its turn: nothing is undone"),
        Map.entry(ChangeState.CREATING, "Looking who uses what is to be deleted"),
        Map.entry(ChangeState.WAITING_FOR_APPROVAL, "Waiting for approval"),
        Map.entry(ChangeState.UNDOING, "Undoing: the change is being taken back"),
        Map.entry(ChangeState.ASSIGNING, "Not undone: its policy is being assigned again"),
        Map.entry(ChangeState.COMPLETED, "Completed: the change is undone"),
        Map.entry(ChangeState.DECLINED, "Declined: nothing more is undone"),
        Map.entry(ChangeState.REJECTED, "Rejected: nothing more is undone"),
        Map.entry(ChangeState.ROLLED_BACK, "Rolled back: nothing more is undone"),
        Map.entry(ChangeState.LEFT_OUT, "Left out: nothing is undone"),
        Map.entry(ChangeState.CANCELLED, "Cancelled: an administrator deleted it"));

    static final String WITHDRAWN = "Withdrawn: nothing remains in PingOne";

    /** What the last check has found, as a list is narrowed down to it. */
    static final Map<Drifted, String> DRIFTED = drifted();

    static final Map<String, String> LABELS = Stream.concat(InWords.LABELS.entrySet().stream(),
        Stream.of(Map.entry("rollOut", "Roll-out"), Map.entry("lines", "Lines")))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    static final Map<String, String> HINTS = Map.of(
        FlowVariables.REDIRECT_URIS, "https://www.example.com, separated by commas", FlowVariables.BUNDLE_ID, "com.example.app",
        FlowVariables.PACKAGE_NAME, "com.example.app", FlowVariables.APPLICATION_ID, "11111111-2222-3333-4444-555555555555",
        FlowVariables.POLICY_NAME, "Letters, digits or _ . -",
        FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, "Used instead of the authenticators",
        FlowVariables.REASON, "Why this is needed, such as the address of a ticket");
    static final Map<String, String> OBJECTS = Map.of(FlowVariables.APPLICATION_ID, "application", FlowVariables.GRANT_ID, "grant",
        FlowVariables.POLICY_ID, "sign-on policy", FlowVariables.ACTION_ID, "action", FlowVariables.ASSIGNMENT_ID, "assignment");
    static final Map<String, String> STAGES = Map.of("CHECKING", "Checking the list",
        "CREATING", "Creating: nothing takes effect yet", "WAITING_FOR_APPROVAL", "Waiting for approval: nothing has taken effect",
        "ASSIGNING", "Assigning: taking effect", "UNDOING", "Undoing", "COMPLETED", "Completed",
        "DECLINED", "Declined: nothing remains in PingOne", "REJECTED", "Rejected: nothing remains in PingOne",
        "ROLLED_BACK", "Rolled back: nothing remains in PingOne");

    /** Of a roll-out that undoes another. */
    static final Map<String, String> STAGES_OF_UNDO = Map.of("CHECKING", "Looking who uses what is to be deleted",
        "CREATING", "Looking who uses what is to be deleted", "WAITING_FOR_APPROVAL", "Waiting for approval: nothing has been undone",
        "UNDOING", "Undoing: the rows are being taken back", "COMPLETED", "Completed", "DECLINED", "Declined: nothing was undone",
        "ROLLED_BACK", "Rolled back: nothing more is undone");

    /** How people sign on, right for every state: what has been declined has never changed it. */
    static final String SIGN_ON_BEFORE = "Sign-on before this change";
    static final String SIGN_ON_WITH = "Sign-on with this change";

    /** By what people write in a list; in the order of the documentation. */
    static final Map<String, String> AUTHENTICATORS = Stream.of(Authenticator.values())
        .collect(Collectors.toMap(Authenticator::member, one -> InWords.value(FlowVariables.AUTHENTICATORS, one.member()),
            (one, other) -> one, LinkedHashMap::new));

    /** Where a sentence about a field begins. */
    private static final Pattern FIELD = Pattern.compile("(?<=^|[.] )(?=(%s): )".formatted(String.join("|", LABELS.keySet())));

    private Words() {
    }

    /** Where a roll-out stands. */
    static String stage(RollOut rollOut) {
        return rollOut.undone() == RollOut.Undone.ALL ? UNDONE : rollOut.undone() == RollOut.Undone.SOME ? UNDONE_IN_PART
            : (rollOut.undoes() == null ? STAGES : STAGES_OF_UNDO).get(rollOut.stage().name())
                .replace("Rolled back", rollOut.isWithdrawn() ? "Withdrawn" : "Rolled back");
    }

    private static Map<Drifted, String> drifted() {
        Map<Drifted, String> words = new LinkedHashMap<>();
        words.put(Drifted.DRIFTED, "Differs");
        words.put(Drifted.GONE, "Something is gone");
        words.put(Drifted.WEAKENED, "Assignment weakened");
        words.put(Drifted.CHANGED, "Changed");
        words.put(Drifted.ACCEPTED, "Differs, accepted");
        words.put(Drifted.UNCHANGED, "As it was created");
        words.put(Drifted.FAILED, "Check failed");
        words.put(Drifted.UNCHECKED, "Not checked yet");
        return words;
    }

    /** How many changes differ from PingOne, by the filter that finds them; the worst first. */
    static Map<Drifted, String> drift(Map<DriftState, Integer> counts) {
        Map<Drifted, String> words = new LinkedHashMap<>();
        DRIFTED.forEach((drift, word) -> Stream.of(DriftState.values()).filter(state -> state.name().equals(drift.name()))
            .filter(counts::containsKey).forEach(state -> words.put(drift, "%s: %,d".formatted(word, counts.get(state)))));
        return words;
    }

    /** What was requested, by the labels of its fields; without what is said elsewhere. */
    static Map<String, String> request(Map<String, String> values, Set<String> saidElsewhere) {
        Map<String, String> request = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (LABELS.containsKey(name) && !saidElsewhere.contains(name)) {
                request.put(LABELS.get(name), InWords.value(name, value));
            }
        });
        return request;
    }

    /** Sentences that begin with a field's name as ones that begin with its label. */
    static Stream<String> byLabel(String sentences) {
        return FIELD.splitAsStream(sentences).map(sentence -> {
            String name = sentence.replaceFirst(":.*", "");
            return LABELS.containsKey(name) ? LABELS.get(name) + sentence.substring(name.length()) : sentence;
        });
    }
}
