# What `cmake --install` puts under a prefix: the program, the public headers, one static library made of all layers but
# cli, and what find_package(vicinal) and pkg-config need to link it. tests/install tries both from outside.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(layers base text read kernels model embed filter lexical postings index retrieve engine)
list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:vicinal_\\1>" OUTPUT_VARIABLE objects)
add_library(vicinal_library STATIC ${objects})
add_library(vicinal::vicinal ALIAS vicinal_library)
set_target_properties(vicinal_library PROPERTIES OUTPUT_NAME vicinal EXPORT_NAME vicinal LINKER_LANGUAGE CXX)
target_compile_features(vicinal_library INTERFACE cxx_std_23)
target_include_directories(vicinal_library INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
foreach(layer ${layers})
  get_target_property(linked vicinal_${layer} LINK_LIBRARIES)
  list(FILTER linked EXCLUDE REGEX "vicinal_")
  target_link_libraries(vicinal_library PRIVATE ${linked})
endforeach()
if(VICINAL_SANITIZE)
  target_link_options(vicinal_library INTERFACE -fsanitize=${VICINAL_SANITIZE})
endif()

# The folder of vicinal.pc leads to the prefix: an installed tree can be moved.
set(pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH VICINAL_PREFIX_FROM_PKGCONFIG /prefix/${pkgconfig_folder} /prefix)
configure_file(cmake/vicinal.pc.in ${PROJECT_BINARY_DIR}/vicinal.pc @ONLY)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/vicinal)
configure_package_config_file(cmake/vicinalConfig.cmake.in ${PROJECT_BINARY_DIR}/vicinalConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/vicinalConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS vicinal RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS vicinal_library EXPORT vicinalTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT vicinalTargets NAMESPACE vicinal:: DESTINATION ${package_folder})
install(DIRECTORY include/vicinal DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_BINARY_DIR}/vicinal.pc DESTINATION ${pkgconfig_folder})
install(FILES ${PROJECT_BINARY_DIR}/vicinalConfig.cmake ${PROJECT_BINARY_DIR}/vicinalConfigVersion.cmake
  DESTINATION ${package_folder})
install(FILES data/models.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vicinal)
