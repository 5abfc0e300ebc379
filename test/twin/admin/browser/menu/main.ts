import { openNavigation } from "./navigation.ts";

openNavigation();
