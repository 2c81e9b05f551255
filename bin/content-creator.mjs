#!/usr/bin/env node
import { launch } from './launch.mjs';

await launch('content-creator/main.js');
