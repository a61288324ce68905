/**
 * Who somebody is: the engine's accounts, what slows down who guesses their passwords, the sessions of the web applications, and the
 * identity that the engine sees. What an account may do is not looked at here.
 */
package org.signonflow.security.login;
