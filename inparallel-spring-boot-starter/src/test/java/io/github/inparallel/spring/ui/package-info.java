package io.github.inparallel.spring.ui;
