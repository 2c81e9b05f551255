// CommonJS add-ons of Nest require('@nestjs/common'), which is ESM. Jest refuses to require a module
// whose graph is still being evaluated, so evaluate it first.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
