package org.signonflow.process.request;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Flow;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Journal;
import org.signonflow.pingone.PingOneEnvironments;
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

    Undoable(Changes changes, Journal journal, PingOneEnvironments environments, IdentityService identities) {
        this.changes = changes;
        this.journal = journal;
        this.environments = environments;
        this.identities = identities;
    }

    /** Whether whoever is logged in may have undone what that user has requested; so may the engine itself. */
    public boolean isFor(String requestedBy) {
        Authentication who = identities.getCurrentAuthentication();
        return who == null || who.getUserId() == null || who.getUserId().equals(requestedBy)
            || who.getGroupIds() != null && !Collections.disjoint(who.getGroupIds(), OPERATORS);
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
