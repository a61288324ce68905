package org.signonflow.rollout;

import java.util.List;
import java.util.Map;

/**
 * What one flow would do if it were started now.
 *
 * @param flow        the key of its process
 * @param request     what is requested, with the defaults
 * @param creates     what it will create in PingOne, in this order
 * @param signOnNow   how the application's users sign on now
 * @param signOnAfter how they sign on once it is in effect
 * @param secondLook  what deserves a second look
 * @param calls       at most how many calls to PingOne it takes if none has to be repeated
 * @param problems    why PingOne would refuse it
 * @param warnings    what somebody should know
 */
public record Preview(String flow, Map<String, String> request, List<String> creates, String signOnNow, String signOnAfter,
                      List<String> secondLook, int calls, List<String> problems, List<String> warnings) {
}
