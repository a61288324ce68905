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
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.authorization.MissingAuthorization;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.NotAllowed;
import org.signonflow.process.request.TooManyOpenRequests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * Translates failures that the caller caused into client errors: invalid input, a person who is not allowed to, a lost race, a task that is
 * gone, a text that the database rejects. Otherwise REST and the web applications would answer with 500; failures before the engine is
 * reached are up to {@link RestErrors}. Authorization errors come without the ids of objects that the caller must not know.
 */
final class CallerErrors extends CommandInterceptor {

    private static final Logger log = LoggerFactory.getLogger(CallerErrors.class);
    private static final String WEAK_PASSWORD = "Password does not match policy";
    private static final String PASSWORDS = "password: must have at least 10 characters, including upper and lower case, a digit and a "
        + "special character, and must not contain the user's name or email address.";
    private static final String DATA_EXCEPTION = "22";
    private static final String INTEGRITY_VIOLATION = "23";

    private final Supplier<IdentityService> identities;

    CallerErrors(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public <T> T execute(Command<T> command) {
        try {
            return attempt(command);
        } catch (NullPointerException failure) {
            // The engine reads a task, then its execution, and fails on what another's decision removed in between. A second attempt, in a
            // new transaction, finds all of it gone and reports that.
            if (Context.getCommandContext() == null && identities.get().getCurrentAuthentication() != null) {
                return secondAttempt(command);
            }
            throw failure;
        }
    }

    private <T> T secondAttempt(Command<T> command) {
        try {
            return attempt(command);
        } catch (NullPointerException again) {
            throw new BadRequestException("This cannot be carried out: something it needs is missing.", again);
        }
    }

    private <T> T attempt(Command<T> command) {
        try {
            return next.execute(command);
        } catch (RuntimeException failure) {
            InvalidInput input = Causes.find(failure, InvalidInput.class);
            if (input instanceof TooManyOpenRequests) {
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
                throw new ServerErrorException("The query took too long and was cancelled: ask for less.",
                    Response.Status.SERVICE_UNAVAILABLE, failure);
            }
            if (forSomebody && (failure instanceof OptimisticLockingException || failure instanceof TaskAlreadyClaimedException)) {
                throw new ClientErrorException("Someone else changed this at the same time: reload and try again.",
                    Response.Status.CONFLICT, failure);
            }
            if (forSomebody && failure instanceof NullValueException) {
                throw new NotFoundException(failure.getMessage(), failure);
            }
            if (forSomebody && failure.getClass() == ProcessEngineException.class && Causes.isSaidByTheEngine(failure)) {
                throw new BadRequestException(WEAK_PASSWORD.equals(failure.getMessage()) ? PASSWORDS : failure.getMessage(), failure);
            }
            SQLException refusal = Causes.find(failure, SQLException.class);
            if (forSomebody && refusal != null) {
                classify(refusal, failure);
            }
            throw failure;
        }
    }

    /** Names the missing permission, but not its object: the engine names objects that the caller has not asked for and must not know. */
    private static AuthorizationException withoutIds(AuthorizationException refused) {
        log.info("Refused: {}", refused.getMessage());
        return refused.getMissingAuthorizations().isEmpty() ? new AuthorizationException("Only administrators may do this.")
            : new AuthorizationException(refused.getUserId(), refused.getMissingAuthorizations().stream().map(missing ->
                new MissingAuthorization(missing.getViolatedPermissionName(), missing.getResourceType(), null)).toList());
    }

    /** By the class of its SQL state, which is the same on every database. */
    private static void classify(SQLException refusal, RuntimeException failure) {
        String state = String.valueOf(refusal.getSQLState());
        if (state.startsWith(DATA_EXCEPTION)) {
            throw new BadRequestException("A text is too long, a number is too large, or a character cannot be stored.", failure);
        }
        if (state.startsWith(INTEGRITY_VIOLATION)) {
            throw new ClientErrorException("It already exists, or something it refers to does not.", Response.Status.CONFLICT, failure);
        }
    }
}
