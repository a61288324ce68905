package org.signonflow.process.request;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Flow;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Journal;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.NotAllowed;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Which changes can be undone, and at whose request. */
@Component
public class Undoable {

    /** They may have the changes of others undone. */
    private static final List<String> OPERATORS = List.of("sign-on-operators", "camunda-admin");

    private final Changes changes;
    private final Journal journal;
    private final PingOneEnvironments environments;
    private final IdentityService identities;
    private final boolean urgentIsAllowed;

    Undoable(Changes changes, Journal journal, PingOneEnvironments environments, IdentityService identities,
             @Value("${signonflow.undo.urgent}") boolean urgentIsAllowed) {
        this.changes = changes;
        this.journal = journal;
        this.environments = environments;
        this.identities = identities;
        this.urgentIsAllowed = urgentIsAllowed;
    }

    /** Whether whoever is logged in may have undone what that user has requested; so may the engine itself. */
    public boolean isFor(String requestedBy) {
        Authentication who = identities.getCurrentAuthentication();
        return who == null || who.getUserId() == null || who.getUserId().equals(requestedBy) || isOperator(who);
    }

    private static boolean isOperator(Authentication who) {
        return who.getGroupIds() != null && !Collections.disjoint(who.getGroupIds(), OPERATORS);
    }

    /**
     * Requires that a policy may be unassigned at once, and can be assigned again if that is not approved.
     *
     * @param made what the change has created and is left
     */
    void requireUrgent(List<CreatedObject> made) {
        Authentication who = identities.getCurrentAuthentication();
        if (!urgentIsAllowed) {
            throw new InvalidInput(List.of("urgent: is not allowed in this installation: see the setting signonflow.undo.urgent."));
        }
        if (who != null && who.getUserId() != null && !isOperator(who)) {
            throw new NotAllowed("Only operators may have a change undone urgently: one person then decides how users sign on.");
        }
        CreatedObject assignment = made.stream().filter(one -> one.kind() == Kind.ASSIGNMENT).findFirst().orElseThrow(() ->
            new InvalidInput(List.of("urgent: its policy is not assigned any more, so that nothing is urgent. Leave it out.")));
        if (journal.of(List.of(assignment.instanceId())).stream().noneMatch(entry -> assignment.id().equals(entry.pingOneId())
                && entry.sent() != null)) {
            throw new InvalidInput(List.of("urgent: an earlier version did not record how it assigned the policy, so that it could not be "
                + "assigned again if that is not approved. Leave it out."));
        }
    }

    /**
     * Why a change cannot be undone, as the rest of a sentence about it; empty if it can.
     *
     * @param withRollOut whether it is undone along with others of its roll-out
     */
    public Optional<String> problem(String id, boolean withRollOut) {
        return changes.find(id).map(change -> problem(change, journal.remaining(changes.instancesOf(id)), withRollOut))
            .orElseGet(() -> Optional.of("is not recorded any more."));
    }

    /** @param made what it has created and is left */
    Optional<String> problem(Change change, List<CreatedObject> made, boolean withRollOut) {
        return Optional.ofNullable(change.flow().equals(Flow.UNDO) ? "is an undo itself. Request the change anew instead."
            : !withRollOut && change.line() != null && change.line() <= 0 ? "is the shared policy of a roll-out, which other changes use."
            : change.state() == ChangeState.CANCELLED ? "was cancelled by an administrator; only what has completed can be undone."
            : change.state() != ChangeState.COMPLETED ? "has not completed; only what is in effect can be undone. %s".formatted(
                change.state().hasEnded() ? "Nothing of it is left." : "Roll it back instead.")
            : !environments.aliases().contains(change.environment())
                ? "its environment, %s, is not configured.".formatted(change.environment())
            : change.undoneAt() != null ? "has been undone already, by %s.".formatted(change.undoneBy())
            : isBeingUndone(change) ? "is being undone already, by %s.".formatted(change.undoneBy())
            : made.stream().allMatch(one -> one.kind() != null && one.kind().goesWithItsParent())
                ? "nothing of it is left in PingOne." : null);
    }

    private boolean isBeingUndone(Change change) {
        return Optional.ofNullable(change.undoneBy()).flatMap(changes::find).filter(undo -> !undo.state().hasEnded()).isPresent();
    }
}
