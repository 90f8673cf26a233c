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

# data/parity/MODEL.json: the reference vectors of a model, by the folder name that it is installed under.
file(GLOB parity_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/parity/*.json)
foreach(file ${parity_files})
  cmake_path(GET file STEM LAST_ONLY model)
  string(MAKE_C_IDENTIFIER kParity_${model} symbol)
  vicinal_embed_text(vicinal_engine ${symbol} ${file})
  string(APPEND VICINAL_PARITY_DECLARATIONS "extern const std::string_view ${symbol};\n")
  string(APPEND VICINAL_PARITY_ROWS "{\"${model}\", &${symbol}}, ")
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_parity.cpp.in ${PROJECT_BINARY_DIR}/embedded/kParityData.cpp @ONLY)
target_sources(vicinal_engine PRIVATE ${PROJECT_BINARY_DIR}/embedded/kParityData.cpp)
