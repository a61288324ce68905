package org.signonflow.engine;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServerErrorException;
import jakarta.ws.rs.core.Response;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.authorization.MissingAuthorization;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.NotAllowed;
import org.signonflow.process.TooManyOpen;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Supplier;

/**
 * Lets what is the caller's doing come out of the engine as such: a bad input, a wrong person, a lost race, a task that is gone. Otherwise
 * REST and the web applications would answer it with 500. What the caller may not do comes out without the ids of what he may not know.
 */
final class CallersMistakes extends CommandInterceptor {

    private static final Logger log = LoggerFactory.getLogger(CallersMistakes.class);

    private final Supplier<IdentityService> identities;

    CallersMistakes(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public <T> T execute(Command<T> command) {
        try {
            return attempt(command);
        } catch (NullPointerException failure) {
            // The engine reads a task, then its execution, and falls over what another's decision took away in between. A second look,
            // in a new transaction, finds all of it gone, and says so.
            if (Context.getCommandContext() == null && identities.get().getCurrentAuthentication() != null) {
                return attempt(command);
            }
            throw failure;
        }
    }

    private <T> T attempt(Command<T> command) {
        try {
            return next.execute(command);
        } catch (RuntimeException failure) {
            InvalidInput input = Causes.find(failure, InvalidInput.class);
            if (input instanceof TooManyOpen) {
                throw new ClientErrorException(input.getMessage(), Response.Status.TOO_MANY_REQUESTS, input);
            }
            if (input != null) {
                throw new BadRequestException(input.getMessage(), input);
            }
            NotAllowed notAllowed = Causes.find(failure, NotAllowed.class);
            if (notAllowed != null) {
                throw new ForbiddenException(notAllowed.getMessage(), notAllowed);
            }
            if (failure instanceof AuthorizationException refused && Context.getCommandContext() == null) {
                throw withoutIds(refused);
            }
            boolean forSomebody = identities.get().getCurrentAuthentication() != null;
            if (forSomebody && QueryTimeout.isOver(failure)) {
                throw new ServerErrorException("The database took too long over this, and was stopped: ask for less.",
                    Response.Status.SERVICE_UNAVAILABLE, failure);
            }
            if (forSomebody && (failure instanceof OptimisticLockingException || failure instanceof TaskAlreadyClaimedException)) {
                throw new ClientErrorException("Somebody else was faster: look again.", Response.Status.CONFLICT, failure);
            }
            if (forSomebody && failure instanceof NullValueException) {
                throw new NotFoundException(failure.getMessage(), failure);
            }
            throw failure;
        }
    }

    /** Which permission it takes, but not on what: the engine names objects that the caller has not asked for, and may not know. */
    private static AuthorizationException withoutIds(AuthorizationException refused) {
        log.info("Refused: {}", refused.getMessage());
        return refused.getMissingAuthorizations().isEmpty() ? new AuthorizationException("Only administrators may do this.")
            : new AuthorizationException(refused.getUserId(), refused.getMissingAuthorizations().stream().map(missing ->
                new MissingAuthorization(missing.getViolatedPermissionName(), missing.getResourceType(), null)).toList());
    }
}
