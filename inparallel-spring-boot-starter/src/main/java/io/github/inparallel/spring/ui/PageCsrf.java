package io.github.inparallel.spring.ui;

/**
 * Token against forged requests, which a request that changes anything must carry.
 *
 * @param header name of the header that carries it
 */
public record PageCsrf(String header, String token) {}
