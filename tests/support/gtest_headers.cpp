// Nothing of its own: the target lends its precompiled <gmock/gmock.h> to test programs.
