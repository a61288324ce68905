/**
 * Authentication: the engine's accounts, throttling of password guessing, the web applications' sessions, and the identity passed to the
 * engine. What an account may do is decided elsewhere.
 */
package org.signonflow.security.login;
