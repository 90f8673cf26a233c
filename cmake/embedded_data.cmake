# Data files that become part of the program, so that one binary needs no files at run time. Each is one raw string
# literal in a generated source; engine/embedded_data.h declares them.
function(vicinal_embed_text target symbol file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} VICINAL_EMBEDDED_TEXT)
  set(VICINAL_EMBEDDED_SYMBOL ${symbol})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_text.cpp.in ${PROJECT_BINARY_DIR}/embedded/${symbol}.cpp @ONLY)
  target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/embedded/${symbol}.cpp)
endfunction()

vicinal_embed_text(vicinal_engine kCatalogueJson ${PROJECT_SOURCE_DIR}/data/models.json)
vicinal_embed_text(vicinal_engine kMiniLmParityJson ${PROJECT_SOURCE_DIR}/data/parity/all-MiniLM-L6-v2.json)
