package org.signonflow.process.approval;

import org.camunda.bpm.engine.IdentityService;
import org.signonflow.change.Acceptance;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Changes;
import org.signonflow.change.Checks;
import org.signonflow.process.WithoutAuthorizations;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.util.Optional;

/** Enforces four eyes on what is accepted: who may decide on a change may also say that what became of it is right. */
@Component
class AcceptDrift implements Acceptance {

    private final IdentityService identities;
    private final Deciders deciders;
    private final Changes changes;
    private final Checks checks;
    private final TransactionTemplate transaction;

    AcceptDrift(IdentityService identities, Deciders deciders, Changes changes, Checks checks, PlatformTransactionManager transactions) {
        this.identities = identities;
        this.deciders = deciders;
        this.changes = changes;
        this.checks = checks;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public Optional<String> objection(Change change, String user) {
        // The rules look at accounts that the user may not read.
        return WithoutAuthorizations.get(identities, () -> deciders.objection(user, change.requestedBy(), change.requestedAt()));
    }

    @Override
    public void accept(Change change, Instant foundAt, String because) {
        String user = identities.getCurrentAuthentication().getUserId();
        objection(change, user).ifPresent(objection -> {
            throw new ChangeEngine.NotAllowedException(objection, null);
        });
        transaction.executeWithoutResult(status -> {
            changes.lock(change.id());
            if (changes.isClaimed(change.id())) {
                throw new ChangeEngine.NotPossibleException("It is being undone or put back. Nothing was accepted.");
            }
            if (!checks.accept(change.id(), foundAt, user, because)) {
                throw new ChangeEngine.NotPossibleException(
                    "What you were shown is not what was found last: look at the change again. Nothing was accepted.");
            }
        });
    }
}
