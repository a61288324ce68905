/**
 * One class per task that calls PingOne, named after the task: {@code Task_CreateSignOnPolicy} is {@code CreateSignOnPolicy}; and its undo.
 */
package org.signonflow.process.step;
