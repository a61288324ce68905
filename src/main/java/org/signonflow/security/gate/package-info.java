/**
 * What a request may be and do before anything behind it sees it: how large, how many, on which path, from which site, by whom, and through
 * which of the engine's doors. What is refused is told in one form.
 */
package org.signonflow.security.gate;
