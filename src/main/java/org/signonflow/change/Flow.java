package org.signonflow.change;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.NoDevicesMode;

import static org.signonflow.change.Field.optional;
import static org.signonflow.change.Field.required;

/**
 * The flows: everything in which they differ apart from their models, which share the same tasks. Each row of a roll-out does what one flow
 * does.
 */
public enum Flow {

    /** For a new mobile application: MFA is one of several steps of its policy, and its users' devices are enrolled for it. */
    CONFIGURE_MFA_SIGN_ON("configure-mfa-sign-on", "Configure MFA sign-on", true, 10, true, "authenticator",
        required(FlowVariables.APPLICATION_NAME, Field.shortText()),
        optional(FlowVariables.APPLICATION_DESCRIPTION, null, Field.longText()),
        optional(FlowVariables.REDIRECT_URIS, null, Field.redirectUris()),
        optional(FlowVariables.BUNDLE_ID, null, Field.mobileId()),
        optional(FlowVariables.PACKAGE_NAME, null, Field.mobileId()),
        optional(FlowVariables.SCOPES, "profile", Field.scopes())),

    /** For an existing application: MFA is the first and only step. */
    CONFIGURE_PASSWORDLESS_SIGN_ON("configure-passwordless-sign-on", "Configure passwordless sign-on", false, 1, false, "sms,email",
        required(FlowVariables.APPLICATION_ID, Field.uuid()));

    /** The process of a roll-out. */
    public static final String ROLL_OUT = "roll-out-sign-on";
    /** The process of each of its rows. */
    public static final String ROW = "roll-out-application";
    /** The process that undoes a completed change. */
    public static final String UNDO = "undo-sign-on";
    /** The process that undoes completed rows of a roll-out, each by the process above. */
    public static final String UNDO_ROLL_OUT = "undo-roll-out";

    private final String key;
    private final String title;
    private final boolean makesApplication;
    private final int actionPriority;
    private final boolean enrolsApplication;
    private final List<Field> ofApplication;
    private final List<Field> ofPolicy;

    Flow(String key, String title, boolean makesApplication, int actionPriority, boolean enrolsApplication, String authenticators,
         Field... ofApplication) {
        this.key = key;
        this.title = title;
        this.makesApplication = makesApplication;
        this.actionPriority = actionPriority;
        this.enrolsApplication = enrolsApplication;
        this.ofApplication = List.of(ofApplication);
        this.ofPolicy = List.of(
            required(FlowVariables.POLICY_NAME, Field.policyName()),
            optional(FlowVariables.POLICY_DESCRIPTION, null, Field.longText()),
            optional(FlowVariables.AUTHENTICATORS, authenticators,
                Field.someOf(Stream.of(Authenticator.values()).map(Authenticator::member).toList())),
            optional(FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, null, Field.uuid()),
            optional(FlowVariables.NO_DEVICES_MODE, null,
                Field.oneOf(Stream.of(NoDevicesMode.values()).map(NoDevicesMode::name).toArray(String[]::new))));
    }

    /** @throws java.util.NoSuchElementException if no flow has the key, as for a roll-out's processes */
    public static Flow of(String key) {
        return find(key).orElseThrow();
    }

    /** The flow of that key; empty if there is none. */
    public static Optional<Flow> find(String key) {
        return Stream.of(values()).filter(flow -> flow.key.equals(key)).findFirst();
    }

    /** The flow that a row of a roll-out follows. */
    public static Flow ofRow(boolean newApplication) {
        return newApplication ? CONFIGURE_MFA_SIGN_ON : CONFIGURE_PASSWORDLESS_SIGN_ON;
    }

    /** The keys of the processes that people start. */
    public static List<String> started() {
        return Stream.concat(Arrays.stream(values()).map(Flow::key), Stream.of(ROLL_OUT, UNDO, UNDO_ROLL_OUT)).toList();
    }

    /** The keys of all processes. */
    public static List<String> processes() {
        return Stream.concat(started().stream(), Stream.of(ROW)).toList();
    }

    /** The keys of the processes whose instances are changes; those of the others consist of changes. */
    public static List<String> changes() {
        return processes().stream().filter(process -> !List.of(ROLL_OUT, UNDO_ROLL_OUT).contains(process)).toList();
    }

    /** The key of its process. */
    public String key() {
        return key;
    }

    /** The name of its process. */
    public String title() {
        return title;
    }

    /** Whether it creates the application and grants it scopes; otherwise the application must exist. */
    public boolean makesApplication() {
        return makesApplication;
    }

    /**
     * The MFA action's priority among the actions of its policy, as in the published workflows.
     *
     * @see <a href="https://developer.pingidentity.com/pingone-api/workflow-library.html">PingOne API: workflow library</a>
     */
    public int actionPriority() {
        return actionPriority;
    }

    /** Whether the MFA action enrols users' devices for the application. */
    public boolean enrolsApplication() {
        return enrolsApplication;
    }

    /** The inputs about the application. */
    public List<Field> ofApplication() {
        return ofApplication;
    }

    /** The inputs about the policy. */
    public List<Field> ofPolicy() {
        return ofPolicy;
    }
}
