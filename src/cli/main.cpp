#include "cli/app.h"

int main(int argc, char** argv) { return vicinal::cli::run(argc, argv); }
