package org.signonflow.sandbox;

import java.util.Collection;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A refusal in PingOne's words: its error JSON is {@code {id, code, message, details[{code, target, message, innerError}]}}. */
final class Problem extends RuntimeException {

    private final int status;
    private final String code;
    private final List<Detail> details;

    /** One reason of a refusal; {@code inner} may be null. */
    record Detail(String code, String target, String message, ObjectNode inner) {

        static Detail required(String target) {
            return new Detail("REQUIRED_VALUE", target, "A value is required.", null);
        }

        static Detail empty(String target) {
            return new Detail("EMPTY_VALUE", target, "must not be empty", null);
        }

        static Detail invalid(String target, String message) {
            return new Detail("INVALID_VALUE", target, message, null);
        }

        static Detail taken(String target) {
            return new Detail("UNIQUENESS_VIOLATION", target, "is unique but a non-unique value is provided", null);
        }

        static Detail constraint(String target, String message) {
            return new Detail("CONSTRAINT_VIOLATION", target, message, null);
        }

        private ObjectNode json() {
            ObjectNode json = Json.object().put("code", code);
            if (target != null) {
                json.put("target", target);
            }
            json.put("message", message);
            return inner == null ? json : json.set("innerError", inner);
        }
    }

    private Problem(int status, String code, String message, Collection<Detail> details) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.details = List.copyOf(details);
    }

    /** The request cannot be parsed as expected. */
    static Problem malformed(Collection<Detail> details) {
        return new Problem(400, "INVALID_REQUEST", "The request could not be completed. The request was malformed or invalid.", details);
    }

    /** The request can be parsed, but asks for something that is not allowed. */
    static Problem invalid(Collection<Detail> details) {
        return new Problem(400, "INVALID_DATA",
                "The request could not be completed. One or more validation errors were in the request.", details);
    }

    static Problem invalid(Detail detail) {
        return invalid(List.of(detail));
    }

    static Problem conflict(Detail detail) {
        return new Problem(409, "CONFLICT", of(409, null).getMessage(), List.of(detail));
    }

    static Problem noAccess() {
        return new Problem(401, "ACCESS_FAILED", "The request could not be completed. You do not have access to this resource.",
                List.of(new Detail("INVALID_TOKEN", "Authentication Credentials",
                        "The authorization token is either missing or invalid, or it has expired.", null)));
    }

    static Problem notFound() {
        return of(404, null);
    }

    /** In the words of the service that has the kind, as the Terraform provider's acceptance tests expect them. */
    static Problem notFound(Kind kind, String id) {
        return switch (kind) {
            case APPLICATIONS -> notFound("Unable to find Application with ID: '" + id + "'");
            case RESOURCES, SCOPES -> notFound("The request could not be completed. The requested resource was not found.");
            default -> notFound();
        };
    }

    static Problem noSecret() {
        return notFound("The request could not be completed. The requested resource was not found.");
    }

    private static Problem notFound(String message) {
        return new Problem(404, "NOT_FOUND", message, List.of());
    }

    /** The error that PingOne gives with this status, under its usual code unless another is given. */
    static Problem of(int status, String code) {
        String usual = switch (status) {
            case 400 -> "INVALID_DATA";
            case 401, 403 -> "ACCESS_FAILED";
            case 404 -> "NOT_FOUND";
            case 405 -> "METHOD_NOT_ALLOWED";
            case 409 -> "CONFLICT";
            case 413 -> "REQUEST_TOO_LARGE";
            case 415 -> "UNSUPPORTED_MEDIA_TYPE";
            case 429 -> "REQUEST_LIMITED";
            default -> status < 500 ? "REQUEST_FAILED" : "UNEXPECTED_ERROR";
        };
        String message = switch (status) {
            case 401 -> noAccess().getMessage();
            case 403 -> "The actor attempting to perform the request is not authorized.";
            case 404 -> "The requested resource object cannot be found.";
            case 405 -> "The requested HTTP method is not allowed for this resource.";
            case 409 -> "The request could not be completed because it conflicts with the current state of the resource.";
            case 413 -> "The request body is too large.";
            case 415 -> "The content type of the request is not supported.";
            case 429 -> "The request could not be completed. The rate limit has been reached.";
            default -> status < 500
                    ? "The request could not be completed. The request was malformed or invalid."
                    : "There was an unexpected error with the service. Please try again later";
        };
        return new Problem(status, code == null ? usual : code, message, status == 401 ? noAccess().details : List.of());
    }

    Reply reply(String id) {
        ObjectNode body = Json.object().put("id", id).put("code", code).put("message", getMessage());
        if (!details.isEmpty()) {
            ArrayNode list = body.putArray("details");
            details.forEach(detail -> list.add(detail.json()));
        }
        return Reply.of(status, body);
    }
}
